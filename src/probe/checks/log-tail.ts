import { open } from 'node:fs/promises'

/** Where reading stopped, and in which file: rotation puts another file under the name. */
export interface LogPosition {
  inode: number
  offset: number
}

export interface LogPart {
  lines: string[]
  position: LogPosition
  /** More was written than is read in one look; the oldest part was skipped. */
  skippedBytes: number
}

const MAX_LINE = 4096

/** Where to read: from the old position in the same file, from the start of a new or emptied one, at most `maxBytes`. */
export function rangeToRead(last: LogPosition | null, file: { inode: number; size: number }, maxBytes: number) {
  if (last === null) return { from: file.size, skippedBytes: 0 }
  const from = last.inode === file.inode && last.offset <= file.size ? last.offset : 0
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

/** The new whole lines of a log since `last`; without a position only the end is remembered. */
export async function readNewLines(path: string, last: LogPosition | null, maxBytes: number): Promise<LogPart> {
  const file = await open(path, 'r')
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new Error(`${path} is not a plain file`)
    const { from, skippedBytes } = rangeToRead(last, { inode: stat.ino, size: stat.size }, maxBytes)
    const buffer = Buffer.alloc(Math.min(maxBytes, Math.max(0, stat.size - from)))
    const { bytesRead } = buffer.length === 0 ? { bytesRead: 0 } : await file.read(buffer, 0, buffer.length, from)
    const { lines, usedBytes } = wholeLines(buffer.subarray(0, bytesRead))
    return { lines, position: { inode: stat.ino, offset: from + usedBytes }, skippedBytes }
  } finally {
    await file.close()
  }
}
