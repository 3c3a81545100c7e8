// Builds the dashboard right after an installation, so that nobody has to know of the step. An installation without the
// tools to build (`npm ci --omit=dev`) goes without: the node then serves a page that says what to run.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const vite = join(import.meta.dirname, '../../../node_modules/vite/bin/vite.js')
if (existsSync(vite)) {
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(import.meta.dirname, '../../..'),
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
