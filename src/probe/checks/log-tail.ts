import { createHash } from 'node:crypto'
import { open, opendir, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

/** How a file is known again: by its inode and its first bytes, because inodes are used again. */
const LogIdentity = z.object({ inode: z.number(), headBytes: z.number(), head: z.string() })
type LogIdentity = z.infer<typeof LogIdentity>

/** Where reading stopped, and in which file: rotation puts another file under the name. */
export const LogPosition = LogIdentity.extend({ offset: z.number() })
export type LogPosition = z.infer<typeof LogPosition>

export interface LogPart {
  lines: string[]
  position: LogPosition
  /** More was written than is read in one look; the oldest part was skipped. */
  skippedBytes: number
}

const MAX_LINE = 4096
const HEAD_BYTES = 256
const MAX_ENTRIES_SEARCHED = 10_000

/** Where to read: from the old position in the same file, from the start of a new or emptied one, at most `maxBytes`. */
export function rangeToRead(
  last: { offset: number } | null,
  file: { isSame: boolean; size: number },
  maxBytes: number,
): { from: number; skippedBytes: number } {
  if (last === null) return { from: file.size, skippedBytes: 0 }
  const from = file.isSame && last.offset <= file.size ? last.offset : 0
  const skippedBytes = Math.max(0, file.size - from - maxBytes)
  return { from: from + skippedBytes, skippedBytes }
}

/** Whole lines of a chunk; what follows the last line end is left for the next look, unless it is too long to wait for. */
export function wholeLines(chunk: Buffer): { lines: string[]; usedBytes: number } {
  const end = chunk.lastIndexOf(0x0a)
  if (end < 0 && chunk.length < MAX_LINE) return { lines: [], usedBytes: 0 }
  const used = end < 0 ? chunk.length : end + 1
  const lines = chunk.subarray(0, used).toString('utf8').split('\n')
  return { lines: lines.filter((line) => line !== '').map((line) => line.slice(0, MAX_LINE)), usedBytes: used }
}

/**
 * The new whole lines of a log since `last`, those at the end of the file that rotation put aside under a longer name too;
 * without a position only the end is remembered.
 */
export async function readNewLines(path: string, last: LogPosition | null, maxBytes: number): Promise<LogPart> {
  const file = await open(path, 'r')
  try {
    const isSame = last !== null && (await isFile(file, last))
    const aside = last === null || isSame ? null : await restOfRotated(path, last, maxBytes)
    const part = await readFrom(file, last, isSame, maxBytes)
    if (aside === null) return part
    return {
      ...part,
      lines: [...aside.lines, ...part.lines],
      skippedBytes: aside.skippedBytes + part.skippedBytes,
    }
  } finally {
    await file.close()
  }
}

async function readFrom(file: FileHandle, last: LogPosition | null, isSame: boolean, maxBytes: number) {
  const stat = await file.stat()
  if (!stat.isFile()) throw new Error('the log is not a plain file')
  const { from, skippedBytes } = rangeToRead(last, { isSame, size: stat.size }, maxBytes)
  const { lines, usedBytes } = wholeLines(await bytesOf(file, from, Math.min(maxBytes, Math.max(0, stat.size - from))))
  const headBytes = Math.min(HEAD_BYTES, stat.size)
  const position = { inode: stat.ino, headBytes, head: await headOf(file, headBytes), offset: from + usedBytes }
  return { lines, position, skippedBytes }
}

/** What was written to the old file after the last look; null when it is gone, or was compressed. */
async function restOfRotated(path: string, last: LogPosition, maxBytes: number) {
  let searched = 0
  for await (const entry of await opendir(dirname(path))) {
    if ((searched += 1) > MAX_ENTRIES_SEARCHED) return null
    if (!entry.isFile() || entry.name === basename(path) || !entry.name.startsWith(basename(path))) continue
    const file = await open(join(dirname(path), entry.name), 'r').catch(() => null)
    try {
      if (file && (await isFile(file, last))) return await readFrom(file, last, true, maxBytes)
    } finally {
      await file?.close()
    }
  }
  return null
}

async function isFile(file: FileHandle, known: LogIdentity): Promise<boolean> {
  const stat = await file.stat()
  return (
    stat.ino === known.inode && stat.size >= known.headBytes && (await headOf(file, known.headBytes)) === known.head
  )
}

async function headOf(file: FileHandle, bytes: number): Promise<string> {
  return createHash('sha256')
    .update(await bytesOf(file, 0, bytes))
    .digest('base64url')
}

async function bytesOf(file: FileHandle, from: number, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0)
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, from)
  return buffer.subarray(0, bytesRead)
}
