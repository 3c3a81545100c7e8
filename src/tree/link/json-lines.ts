import type { z } from 'zod'
import type { ByteSource } from './stream-head.ts'

const MAX_LINE_BYTES = 1024 * 1024

/** One line of a stream that is read by `readJsonLines`. */
export const jsonLine = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value)}\n`)

/**
 * Reads a stream of JSON texts, one in a line, wherever the bytes were cut. Throws what `read` rejects with, and for a line
 * that is too long or of another shape.
 */
export async function* readJsonLines<S extends z.ZodType>(
  source: ByteSource,
  schema: S,
): AsyncGenerator<z.output<S>, void> {
  let pieces: Uint8Array[] = []
  let waitingBytes = 0
  for (let bytes = await source.read(); bytes !== null; bytes = await source.read()) {
    let from = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      const line = Buffer.concat([...pieces, bytes.subarray(from, end)]).toString('utf8')
      pieces = []
      waitingBytes = 0
      from = end + 1
      yield schema.parse(JSON.parse(line))
    }
    pieces.push(bytes.subarray(from))
    waitingBytes += bytes.length - from
    if (waitingBytes > MAX_LINE_BYTES) throw new RangeError(`a line of more than ${MAX_LINE_BYTES} bytes`)
  }
}
