import { lstat, opendir, unlink } from 'node:fs/promises'
import type { HeldFolder } from './held-folder.ts'
import { errnoOf } from './os-refusal.ts'

const PART = /^\.cortex-[0-9a-f]{16}\.part$/
const LEFT_BEHIND_MS = 24 * 3_600_000
/** Of a folder that are looked through, so that a huge one delays nobody. */
const MAX_NAMES = 10_000

/** The name of a file that is being written; `random` is 16 hex characters. */
export function partName(random: string): Buffer {
  const name = `.cortex-${random}.part`
  if (!PART.test(name)) throw new TypeError(`not 16 hex characters: ${random}`)
  return Buffer.from(name)
}

/**
 * Removes what nodes that were killed in the middle of an upload left in a folder: part files that nobody has written to
 * for a day. A folder that may be written but not read is left as it is.
 */
export async function removeLeftParts(folder: HeldFolder, nowMs: number): Promise<void> {
  try {
    let seen = 0
    for await (const { name } of await opendir(folder.self)) {
      seen += 1
      if (seen > MAX_NAMES) return
      if (PART.test(name)) await removeIfLeft(folder, Buffer.from(name), nowMs)
    }
  } catch (error) {
    if (errnoOf(error) !== 'EACCES') throw error
  }
}

async function removeIfLeft(folder: HeldFolder, part: Buffer, nowMs: number): Promise<void> {
  try {
    const stat = await lstat(folder.at(part))
    if (stat.isFile() && nowMs - stat.mtimeMs > LEFT_BEHIND_MS) await unlink(folder.at(part))
  } catch (error) {
    const errno = errnoOf(error)
    // Another upload was quicker, or it is another user's in a folder of all.
    if (errno !== 'ENOENT' && errno !== 'EPERM') throw error
  }
}
