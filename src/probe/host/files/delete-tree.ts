import { lstat, opendir, rmdir, unlink } from 'node:fs/promises'
import { conflict } from '../../../contract/errors.ts'
import { belongsToNode } from './file-errors.ts'
import { type Names, shownPath } from './file-path.ts'
import type { HeldFolder } from './held-folder.ts'
import { errnoOf } from './os-refusal.ts'
import type { Spot } from './walk.ts'

/** One folder is held open per level. */
const MAX_DEPTH = 256
const NAMES_AT_ONCE = 1024

/**
 * Deletes a folder with all that is in it and says how many things that were. Links are deleted, not followed; another
 * file system that is mounted inside, or a place of the node's own, stops it with an error, and so does `signal`. What
 * was deleted by then stays deleted.
 */
export async function deleteTree({ folder, name, names, own }: Spot, signal: AbortSignal): Promise<number> {
  let deleted = 0

  async function deleteFolder(above: HeldFolder, folderName: Buffer, path: Names, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) throw tooDeep(path)
    const inside = await above.enter(folderName)
    try {
      if (inside.stat.dev !== above.stat.dev) throw mountedInside(path)
      if (own.has(inside.stat)) throw belongsToNode(path)
      // Until nothing is found: what is deleted shifts what a folder gives next on some file systems.
      for (let some = await someNames(inside); some.length > 0; some = await someNames(inside)) {
        for (const each of some) await deleteOne(inside, each, [...path, each], depth)
      }
    } finally {
      await inside.close()
    }
    await rmdir(above.at(folderName))
    deleted += 1
  }

  async function deleteOne(inside: HeldFolder, each: Buffer, path: Names, depth: number): Promise<void> {
    signal.throwIfAborted()
    try {
      const stat = await lstat(inside.at(each), { bigint: true })
      if (own.has(stat)) throw belongsToNode(path)
      if (stat.isDirectory()) return await deleteFolder(inside, each, path, depth + 1)
      await unlink(inside.at(each))
      deleted += 1
    } catch (error) {
      // Somebody else was quicker.
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  }

  await deleteFolder(folder, name, names, 0)
  return deleted
}

async function someNames(folder: HeldFolder): Promise<Buffer[]> {
  const names: Buffer[] = []
  for await (const entry of await opendir(folder.self, { encoding: 'buffer' as BufferEncoding })) {
    names.push(entry.name as unknown as Buffer)
    if (names.length >= NAMES_AT_ONCE) break
  }
  return names
}

const tooDeep = (names: Names) =>
  conflict(
    `文件夹嵌套超过 ${MAX_DEPTH} 层，请先删除内层`,
    `The folders are nested deeper than ${MAX_DEPTH}: delete the inner ones first`,
    { details: { depth: names.length } },
  )

const mountedInside = (names: Names) =>
  conflict(
    `${shownPath(names)} 是挂载点，不会被一并删除；请先卸载`,
    `${shownPath(names)} is a mount point and is not deleted with the rest: unmount it first`,
    { details: { path: shownPath(names) } },
  )
