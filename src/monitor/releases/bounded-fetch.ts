import { readFile, stat } from 'node:fs/promises'
import type { ReleaseFile } from './release.ts'
import { feedUnreadable } from './releases.errors.ts'

export interface FetchBounds {
  maxBytes: number
  timeoutMs: number
}

/** All bytes of an address or a file, within these bounds. Throws SERVICE_UNAVAILABLE that says what was in the way. */
export async function fetchBytes(from: ReleaseFile['from'], { maxBytes, timeoutMs }: FetchBounds): Promise<Buffer> {
  try {
    if ('path' in from) {
      const { size } = await stat(from.path)
      if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes`)
      return await readFile(from.path)
    }
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(from.url, {
      signal,
      headers: { Accept: 'application/octet-stream, application/json' },
    })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const pieces: Uint8Array[] = []
    let received = 0
    for await (const piece of response.body ?? []) {
      received += piece.length
      if (received > maxBytes) throw new Error(`more than ${maxBytes} bytes`)
      pieces.push(piece)
    }
    return Buffer.concat(pieces)
  } catch (error) {
    const what = 'path' in from ? from.path : new URL(from.url).host
    throw feedUnreadable(`${what}: ${error instanceof Error ? error.message : String(error)}`, error)
  }
}
