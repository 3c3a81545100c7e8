import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { conflict } from '../../../../contract/errors.ts'
import { tokenize } from '../reading/tokens.ts'
import { type Change, type FileState, MAX_FILE_BYTES } from './file-state.ts'

const MAX_ENTRIES = 5_000

/** The configuration folder as it would be after a change, beside the real one. */
export interface Shadow {
  folder: string
  /** Puts the real folder's path back into what nginx says about the shadow. */
  toReal(output: string): string
  remove(): Promise<void>
}

/**
 * Builds the would-be configuration folder for `nginx -t`: links to the real files, except for what the change touches and
 * for configuration texts that name the folder itself, which are copied with those paths led into the shadow. Private
 * keys are linked, never copied. `spellings`: the ways in which the folder's path is written.
 */
export async function buildShadow(parts: {
  folder: string
  spellings: readonly string[]
  within: string
  change: Change
}): Promise<Shadow> {
  const { folder: real, change } = parts
  const shadow = await mkdtemp(join(parts.within, 'would-be-'))
  const spellings = [...new Set([...parts.spellings, real])].sort((a, b) => b.length - a.length)
  const led = (path: string): string => {
    const from = spellings.find((spelling) => path === spelling || path.startsWith(`${spelling}/`))
    return from === undefined ? path : `${shadow}${path.slice(from.length)}`
  }
  let entries = 0

  async function mirror(name: string): Promise<void> {
    await mkdir(join(shadow, name), { recursive: true, mode: 0o700 })
    for (const entry of await readdir(join(real, name), { withFileTypes: true })) {
      const path = name === '' ? entry.name : `${name}/${entry.name}`
      entries += 1
      if (entries > MAX_ENTRIES)
        throw conflict(
          `${real} 中文件过多，无法检验`,
          `${real} holds more than ${MAX_ENTRIES} files: it cannot be tested`,
        )
      if (change.has(path)) continue
      if (entry.isDirectory()) await mirror(path)
      else if (entry.isSymbolicLink()) await mirrorLink(path, await readlink(join(real, path)))
      else if (entry.isFile()) await mirrorFile(path)
    }
  }

  async function mirrorLink(path: string, target: string): Promise<void> {
    const inside = target.startsWith('/') ? led(target) : led(resolve(real, dirname(path), target))
    await symlink(inside, join(shadow, path))
  }

  async function mirrorFile(path: string): Promise<void> {
    const from = join(real, path)
    const text = (await stat(from)).size <= MAX_FILE_BYTES ? await readIfAllowed(from) : null
    const copy = text === null ? null : leadPaths(text, led)
    if (copy === null || copy === text) await symlink(from, join(shadow, path))
    else await writeFile(join(shadow, path), copy, { encoding: 'latin1', mode: 0o600 })
  }

  async function place(path: string, state: FileState): Promise<void> {
    if (state.kind === 'absent') return
    await mkdir(dirname(join(shadow, path)), { recursive: true, mode: 0o700 })
    if (state.kind === 'link') return mirrorLink(path, state.target)
    const text = leadPaths(Buffer.from(state.content).toString('latin1'), led)
    await writeFile(join(shadow, path), text, { encoding: 'latin1', mode: 0o600 })
  }

  const remove = (): Promise<void> => rm(shadow, { recursive: true, force: true })
  try {
    await mirror('')
    for (const [path, state] of change) await place(path, state)
  } catch (error) {
    await remove()
    throw error
  }
  return { folder: shadow, toReal: (output) => output.replaceAll(shadow, parts.spellings[0] ?? real), remove }
}

/** Each word that is a path into the folder, led into the shadow; all else stays to the byte, so line numbers hold. */
export function leadPaths(text: string, led: (path: string) => string): string {
  let result = ''
  let copied = 0
  for (const token of tokenize(text)) {
    if (token.kind !== 'word' || !token.text.startsWith('/')) continue
    const path = led(token.text)
    if (path === token.text) continue
    result += `${text.slice(copied, token.start)}"${path.replace(/["\\]/g, '\\$&')}"`
    copied = token.end
  }
  return result + text.slice(copied)
}

/** Latin-1 keeps every byte; null for what this user may not read: nginx is given the file itself. */
async function readIfAllowed(file: string): Promise<string | null> {
  const text = await readFile(file, 'latin1').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES' || error.code === 'ENOENT') return null
    throw error
  })
  // A key or another binary is no configuration.
  return text === null || text.includes('\0') || text.startsWith('-----BEGIN ') ? null : text
}
