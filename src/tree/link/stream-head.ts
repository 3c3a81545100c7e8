import type { z } from 'zod'

const LENGTH_BYTES = 4
const MAX_HEAD_BYTES = 64 * 1024

/** What stands before the bytes of a stream, or is its whole answer: length (u32, big endian) and JSON. */
export function encodeStreamHead(head: unknown): Uint8Array {
  const json = Buffer.from(JSON.stringify(head))
  if (json.length > MAX_HEAD_BYTES) throw new RangeError(`a head of ${json.length} bytes`)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(json.length)
  return Buffer.concat([length, json])
}

/** Anything that gives bytes, and null at its end. */
export interface ByteSource {
  read(): Promise<Uint8Array | null>
}

/**
 * Reads the head of a stream. `rest` is what came with it and belongs to the bytes that follow. Rejects with what `read`
 * rejects with, or with an error when the head is cut off, too long or of another shape.
 */
export async function readStreamHead<T extends z.ZodType>(
  source: ByteSource,
  schema: T,
): Promise<{ head: z.output<T>; rest: Uint8Array }> {
  let bytes: Buffer = Buffer.alloc(0)
  const need = async (count: number): Promise<void> => {
    while (bytes.length < count) {
      const more = await source.read()
      if (more === null) throw new Error(`the stream ended after ${bytes.length} bytes of its head`)
      bytes = Buffer.concat([bytes, more])
    }
  }
  await need(LENGTH_BYTES)
  const length = bytes.readUInt32BE(0)
  if (length > MAX_HEAD_BYTES) throw new RangeError(`a stream announced a head of ${length} bytes`)
  await need(LENGTH_BYTES + length)
  const json: unknown = JSON.parse(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length).toString())
  return { head: schema.parse(json), rest: bytes.subarray(LENGTH_BYTES + length) }
}
