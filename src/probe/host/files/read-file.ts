import { isUtf8 } from 'node:buffer'
import type { BigIntStats } from 'node:fs'
import { lstat, type FileHandle } from 'node:fs/promises'
import { payloadTooLarge } from '../../../contract/errors.ts'
import {
  type FileContentHead,
  type FileDownloadHead,
  type FileDownloadParams,
  type FileStat,
  MAX_CONTENT_BYTES,
} from '../../../contract/operations/files.ts'
import { readUserNames } from '../user-names.ts'
import { bytesOf } from './byte-range.ts'
import { etagOf } from './etag.ts'
import { belongsToNode, fileChanged, notAFile, plantedLink } from './file-errors.ts'
import { describe, timeOf, typeOf } from './file-entry.ts'
import { shownName } from './file-name.ts'
import { type Names, shownPath } from './file-path.ts'
import { holdFile, openHeld } from './held-folder.ts'
import { mayBePlanted } from './planted-link.ts'
import type { Walker } from './walk.ts'

const MAX_READINGS = 3

interface OpenFile {
  file: FileHandle
  stat: BigIntStats
  names: Names
}

/**
 * Runs `act` on a regular file that is open for reading. It is judged before it is opened, because opening alone makes a
 * fifo wait and a device act, and it is the judged file that is opened, whatever has its name by then.
 */
function withFile<T>(walker: Walker, names: Names, act: (open: OpenFile) => Promise<T>): Promise<T> {
  return walker.atSource(names, async ({ folder, name, names: real, own }) => {
    if (name === null) throw notAFile(real, 'directory')
    const held = await holdFile(folder, name)
    try {
      const stat = await held.stat({ bigint: true })
      if (own.has(stat)) throw belongsToNode(real)
      if (!stat.isFile()) throw notAFile(real, typeOf(stat))
      if (mayBePlanted(stat, folder.stat)) throw plantedLink(real)
      const file = await openHeld(held)
      try {
        return await act({ file, stat: await file.stat({ bigint: true }), names: real })
      } finally {
        await file.close()
      }
    } finally {
      await held.close()
    }
  })
}

/** What is at a path, links followed within the roots; a file with its etag. */
export async function statPath(walker: Walker, names: Names): Promise<FileStat> {
  const users = await readUserNames()
  return walker.atSource(names, async ({ folder, name, names: real }) => {
    const path = shownPath(real)
    const last = real.at(-1)
    const stat = name === null ? folder.stat : await lstat(folder.at(name), { bigint: true })
    const entry = describe(stat, last ? shownName(last) : '/', path, users)
    return entry.type === 'file' ? { ...entry, etag: etagOf(stat) } : entry
  })
}

/** A whole file of at most 10 MiB in one state: what was changed while it was read is read again. */
export function readContent(walker: Walker, names: Names): Promise<{ head: FileContentHead; bytes: Buffer }> {
  return withFile(walker, names, async ({ file, stat, names: real }) => {
    let before = stat
    for (let reading = 0; reading < MAX_READINGS; reading += 1) {
      if (before.size > MAX_CONTENT_BYTES) throw tooLarge(real, before.size)
      const bytes = await readPart(file, 0, Number(before.size) + 1)
      const after = await file.stat({ bigint: true })
      const etag = etagOf(after)
      if (etag === etagOf(before)) {
        const encoding = isUtf8(bytes) && !bytes.includes(0) ? 'utf8' : 'base64'
        return { head: { path: shownPath(real), size: bytes.length, mtime: timeOf(after), etag, encoding }, bytes }
      }
      before = after
    }
    throw fileChanged(real)
  })
}

/** Where a download goes: resolves when there is room for more. */
export interface Download {
  head(head: FileDownloadHead): Promise<void>
  bytes(bytes: Uint8Array): Promise<void>
}

/**
 * Sends a file, or the range of it, as it was long when it was opened. What is appended meanwhile is left out; rejects
 * with CONFLICT when it becomes shorter. Holds `chunkBytes` of it at a time.
 */
export function sendFile(
  walker: Walker,
  names: Names,
  params: Pick<FileDownloadParams, 'range' | 'if_range'>,
  { to, chunkBytes }: { to: Download; chunkBytes: number },
): Promise<void> {
  return withFile(walker, names, async ({ file, stat, names: real }) => {
    const size = Number(stat.size)
    const etag = etagOf(stat)
    const range = params.if_range === undefined || params.if_range === etag ? params.range : undefined
    const { start, length } = range ? bytesOf(range, size) : { start: 0, length: size }
    const path = shownPath(real)
    const name = shownName(real.at(-1) ?? Buffer.from('/'))
    await to.head({ path, name, size, mtime: timeOf(stat), etag, start, length, partial: range !== undefined })
    for (let sent = 0; sent < length;) {
      const bytes = await readPart(file, start + sent, Math.min(chunkBytes, length - sent))
      if (bytes.length === 0) throw fileChanged(real)
      await to.bytes(bytes)
      sent += bytes.length
    }
  })
}

/** Up to `maxBytes` from `position`; fewer only at the end of the file. */
async function readPart(file: FileHandle, position: number, maxBytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(maxBytes)
  let filled = 0
  while (filled < maxBytes) {
    const { bytesRead } = await file.read(buffer, filled, maxBytes - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

const tooLarge = (names: Names, size: bigint) =>
  payloadTooLarge(
    `${shownPath(names)} 超过 10 MiB，请改用下载`,
    `${shownPath(names)} has more than 10 MiB: download it`,
    { details: { path: shownPath(names), size: Number(size), max_bytes: MAX_CONTENT_BYTES } },
  )
