import { isUtf8 } from 'node:buffer'

const ESCAPED = /\\x([0-9a-f]{2})/g
const LOOKS_ESCAPED = /\\(?=x[0-9a-f]{2})/g

/**
 * How a name on disk, which is any bytes, is written as text: UTF-8 as it is, every other byte as `\xHH`. A backslash
 * that would read as such an escape is written `\x5c`, so that no two names share a text.
 */
export function shownName(name: Uint8Array): string {
  const bytes = Buffer.from(name.buffer, name.byteOffset, name.byteLength)
  if (isUtf8(bytes)) return plain(bytes)
  let text = ''
  let runStart = 0
  for (let at = 0; at < bytes.length;) {
    const width = characterWidth(bytes, at)
    if (width === 0) {
      text += `${plain(bytes.subarray(runStart, at))}\\x${bytes.toString('hex', at, at + 1)}`
      runStart = at + 1
    }
    at += width || 1
  }
  return text + plain(bytes.subarray(runStart))
}

/** The bytes of a name as `shownName` writes it; null for a text that it never writes. */
export function nameOnDisk(text: string): Buffer | null {
  if (!text.isWellFormed()) return null
  const parts: Buffer[] = []
  let end = 0
  for (const match of text.matchAll(ESCAPED)) {
    parts.push(Buffer.from(text.slice(end, match.index)), Buffer.from(match[1] ?? '', 'hex'))
    end = match.index + match[0].length
  }
  parts.push(Buffer.from(text.slice(end)))
  const name = Buffer.concat(parts)
  return shownName(name) === text ? name : null
}

const plain = (utf8: Buffer): string => utf8.toString('utf8').replace(LOOKS_ESCAPED, '\\x5c')

/** How many bytes the UTF-8 character at `at` has; 0 when there is none. */
function characterWidth(bytes: Buffer, at: number): number {
  for (let width = 1; width <= 4 && at + width <= bytes.length; width += 1) {
    if (isUtf8(bytes.subarray(at, at + width))) return width
  }
  return 0
}
