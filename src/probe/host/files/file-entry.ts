import type { BigIntStats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import type { FileEntry, FileType } from '../../../contract/operations/files.ts'
import type { UserNames } from '../user-names.ts'
import { shownName } from './file-name.ts'
import type { HeldFolder } from './held-folder.ts'
import { errnoOf } from './os-refusal.ts'

export function typeOf(stat: Pick<BigIntStats, `is${string}` & keyof BigIntStats>): FileType {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'directory'
  if (stat.isSymbolicLink()) return 'symlink'
  if (stat.isFIFO()) return 'fifo'
  if (stat.isSocket()) return 'socket'
  return stat.isBlockDevice() ? 'block_device' : 'char_device'
}

export const timeOf = (stat: BigIntStats): string => new Date(Number(stat.mtimeMs)).toISOString()

const modeOf = (stat: BigIntStats): string => (Number(stat.mode) & 0o7777).toString(8).padStart(4, '0')

/** Describes what `stat` says of something at `path`. */
export function describe(stat: BigIntStats, name: string, path: string, users: UserNames): FileEntry {
  return {
    name,
    path,
    type: typeOf(stat),
    size: Number(stat.size),
    mode: modeOf(stat),
    owner: users(Number(stat.uid)),
    mtime: timeOf(stat),
  }
}

/** One entry of a folder as it stands there, a link not followed; null when it is gone meanwhile. */
export async function entryIn(
  folder: HeldFolder,
  name: Buffer,
  folderPath: string,
  users: UserNames,
): Promise<FileEntry | null> {
  try {
    const shown = shownName(name)
    const stat = await lstat(folder.at(name), { bigint: true })
    const path = folderPath === '/' ? `/${shown}` : `${folderPath}/${shown}`
    const entry = describe(stat, shown, path, users)
    if (entry.type !== 'symlink') return entry
    return { ...entry, symlink_target: shownName(await readlink(folder.at(name), { encoding: 'buffer' })) }
  } catch (error) {
    const errno = errnoOf(error)
    // EINVAL: a link that something else took the place of between the two looks.
    if (errno === 'ENOENT' || errno === 'EINVAL') return null
    throw error
  }
}
