import type { Readable } from 'node:stream'

export interface CappedText {
  text(): string
  truncated(): boolean
}

/** Reads a stream to its end and keeps its first `maxBytes`; the rest is drained so that the writer never blocks. */
export function cappedText(stream: Readable | null, maxBytes: number): CappedText {
  const chunks: Buffer[] = []
  let kept = 0
  let truncated = false
  stream?.on('data', (chunk: Buffer) => {
    const room = maxBytes - kept
    if (chunk.length > room) truncated = true
    if (room <= 0) return
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk
    chunks.push(part)
    kept += part.length
  })
  return { text: () => Buffer.concat(chunks).toString('utf8'), truncated: () => truncated }
}
