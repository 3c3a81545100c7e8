import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** Builds the dashboard once for all tests of this run, when its sources are newer than what was built last. */
export function setup(): void {
  const list = join(root, 'dist/web/files.json')
  const builtMs = existsSync(list) ? statSync(list).mtimeMs : 0
  const sources = readdirSync(join(root, 'src/web'), { recursive: true, encoding: 'utf8' }).map((path) =>
    join(root, 'src/web', path),
  )
  const newestMs = Math.max(...[...sources, join(root, 'vite.config.ts')].map((path) => statSync(path).mtimeMs))
  if (newestMs <= builtMs) return
  // As an installation does it: not with what the test runner has set.
  const env = { ...process.env, NODE_ENV: 'production' }
  execFileSync(process.execPath, [join(root, 'src/web/build/prepare.mjs')], { env, stdio: 'inherit' })
}
