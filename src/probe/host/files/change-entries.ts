import { lstat, mkdir, rename, rmdir, unlink } from 'node:fs/promises'
import type { FileDeleted, FileEntry } from '../../../contract/operations/files.ts'
import { readUserNames } from '../user-names.ts'
import { deleteTree } from './delete-tree.ts'
import { alreadyThere, belongsToNode, mustStay } from './file-errors.ts'
import { entryIn } from './file-entry.ts'
import { type Names, shownPath } from './file-path.ts'
import { syncFolder } from './held-folder.ts'
import { errnoOf } from './os-refusal.ts'
import type { Spot, Walker } from './walk.ts'

const NEW_FOLDER_MODE = 0o755

/** Makes a folder; with `parents` also those on the way, and one that exists is fine. */
export function makeFolder(walker: Walker, names: Names, { parents }: { parents: boolean }): Promise<FileEntry> {
  return walker.atTarget(
    names,
    async (spot) => {
      try {
        await mkdir(spot.folder.at(spot.name), NEW_FOLDER_MODE)
      } catch (error) {
        const exists = parents && errnoOf(error) === 'EEXIST' && (await lstat(spot.folder.at(spot.name))).isDirectory()
        if (!exists) throw error
      }
      await syncFolder(spot.folder)
      return found(spot)
    },
    { makeFolders: parents },
  )
}

/**
 * Moves a file, a folder or a link itself within the roots of one file system. What stands at the new place is only
 * replaced with `overwrite`, and a folder only when it is empty.
 */
export function renameEntry(
  walker: Walker,
  from: Names,
  to: Names,
  { overwrite }: { overwrite: boolean },
): Promise<FileEntry> {
  return walker.atTarget(from, (source) =>
    walker.atTarget(to, async (target) => {
      mayMove(source, await lstat(source.folder.at(source.name), { bigint: true }))
      const there = await statOrNull(target)
      if (there && !overwrite) throw alreadyThere(to)
      if (there) mayMove(target, there)
      await rename(source.folder.at(source.name), target.folder.at(target.name))
      await syncFolder(target.folder)
      await syncFolder(source.folder)
      return found(target)
    }),
  )
}

/** Deletes a file, a link itself, an empty folder, or with `recursive` a folder and all that is in it. */
export function deleteEntry(
  walker: Walker,
  names: Names,
  { recursive, signal }: { recursive: boolean; signal: AbortSignal },
): Promise<FileDeleted> {
  return walker.atTarget(names, async (spot) => {
    const stat = await lstat(spot.folder.at(spot.name), { bigint: true })
    mayMove(spot, stat)
    let deleted = 1
    if (!stat.isDirectory()) await unlink(spot.folder.at(spot.name))
    else if (recursive) deleted = await deleteTree(spot, signal)
    else await rmdir(spot.folder.at(spot.name))
    await syncFolder(spot.folder)
    return { path: shownPath(names), deleted }
  })
}

function mayMove({ own, names }: Spot, stat: { dev: bigint; ino: bigint }): void {
  if (own.has(stat)) throw belongsToNode(names)
  if (own.restOn(stat)) throw mustStay(names)
}

async function statOrNull({ folder, name }: Spot): Promise<{ dev: bigint; ino: bigint } | null> {
  try {
    return await lstat(folder.at(name), { bigint: true })
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
}

async function found({ folder, name, names }: Spot): Promise<FileEntry> {
  const entry = await entryIn(folder, name, shownPath(names.slice(0, -1)), await readUserNames())
  if (entry) return entry
  throw Object.assign(new Error('gone at once'), { code: 'ENOENT' })
}
