import { badPackage } from './upgrade-errors.ts'

export interface TarEntry {
  path: string
  type: 'file' | 'folder' | 'other'
  executable: boolean
  content: Buffer
}

export interface TarReader {
  add(bytes: Uint8Array): Promise<void>
  /** Throws when the archive is cut off. */
  end(): Promise<void>
}

const BLOCK_BYTES = 512
const maxExtendedBytes = 64 * 1024

/** Reads a tar (ustar with pax headers, as npm writes it) as it comes, and hands on each entry. Throws UPGRADE_REFUSED. */
export function createTarReader(options: {
  maxEntryBytes: number
  take: (entry: TarEntry) => Promise<void>
}): TarReader {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let header: Header | null = null
  let extendedPath: string | null = null
  let isOver = false

  function next(count: number): Buffer | null {
    if (waitingBytes < count) return null
    const all = Buffer.concat(waiting)
    waiting = [all.subarray(count)]
    waitingBytes -= count
    return all.subarray(0, count)
  }

  async function entry({ path, size, type, mode }: Header, block: Buffer): Promise<void> {
    const content = block.subarray(0, size)
    if (type === 'x') {
      extendedPath = paxPath(content)
      return
    }
    if (type === 'g') return
    const kind = type === '0' || type === '\0' ? 'file' : type === '5' ? 'folder' : 'other'
    await options.take({ path: extendedPath ?? path, type: kind, executable: (mode & 0o100) !== 0, content })
    extendedPath = null
  }

  async function read(): Promise<void> {
    while (!isOver) {
      if (header === null) {
        const block = next(BLOCK_BYTES)
        if (block === null) return
        if (block.every((byte) => byte === 0)) isOver = true
        else header = readHeader(block, options.maxEntryBytes)
      } else {
        const block = next(Math.ceil(header.size / BLOCK_BYTES) * BLOCK_BYTES)
        if (block === null) return
        await entry(header, block)
        header = null
      }
    }
  }

  return {
    async add(bytes) {
      if (isOver) return
      waiting.push(Buffer.from(bytes))
      waitingBytes += bytes.length
      if (waitingBytes >= (header === null ? BLOCK_BYTES : header.size)) await read()
    },
    async end() {
      await read()
      if (!isOver) throw badPackage('归档被截断', 'the archive is cut off')
    },
  }
}

interface Header {
  path: string
  size: number
  type: string
  mode: number
}

function readHeader(block: Buffer, maxEntryBytes: number): Header {
  if (checksumOf(block) !== octal(block, 148, 8)) throw badPackage('归档损坏', 'the archive is damaged')
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? text(block, 345, 155) : ''
  const type = String.fromCharCode(block[156] ?? 0)
  const size = octal(block, 124, 12)
  if (!Number.isSafeInteger(size) || size > (type === 'x' || type === 'g' ? maxExtendedBytes : maxEntryBytes)) {
    throw badPackage('文件过大', 'an entry is too large')
  }
  return { path: `${prefix === '' ? '' : `${prefix}/`}${text(block, 0, 100)}`, size, type, mode: octal(block, 100, 8) }
}

function checksumOf(block: Buffer): number {
  let sum = 0
  for (const [at, byte] of block.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte
  return sum
}

function text(block: Buffer, from: number, length: number): string {
  const field = block.subarray(from, from + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end === -1 ? length : end)
}

function octal(block: Buffer, from: number, length: number): number {
  const digits = text(block, from, length).trim()
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN
}

/** The `path` of a pax header: lines of `<length> <key>=<value>\n`. */
function paxPath(content: Buffer): string | null {
  let path: string | null = null
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at)
    const length = Number(content.toString('latin1', at, space))
    if (space === -1 || !Number.isInteger(length) || length < 3) throw badPackage('归档损坏', 'the archive is damaged')
    const line = content.toString('utf8', space + 1, at + length - 1)
    if (line.startsWith('path=')) path = line.slice('path='.length)
    // A size beyond the header's own would make the reader lose its place.
    if (line.startsWith('size=')) throw badPackage('归档过大', 'an entry is too large')
    at += length
  }
  return path
}
