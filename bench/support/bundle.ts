import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Scene } from './scene.ts'

const checkout = resolve(import.meta.dirname, '../..')

/** Builds these sources as the package has them, without the dashboard; what starts them. */
export function installBundle(scene: Scene): string {
  const place = join(scene.folder, 'package')
  const rolldown = join(checkout, 'node_modules/.bin/rolldown')
  execFileSync(rolldown, ['-c', 'rolldown.config.ts', '-d', join(place, 'dist')], { cwd: checkout, stdio: 'pipe' })
  for (const name of ['package.json', 'src/launch.cjs']) cpSync(join(checkout, name), join(place, name))
  return join(place, 'src/launch.cjs')
}
