import { expect, test } from 'vitest'
import { z } from 'zod'
import { type ByteSource, encodeStreamHead, readStreamHead } from './stream-head.ts'

const schema = z.object({ size: z.number() })

function inPieces(bytes: Uint8Array, pieceBytes: number): ByteSource {
  let at = 0
  return {
    async read() {
      if (at >= bytes.length) return null
      at += pieceBytes
      return bytes.subarray(at - pieceBytes, at)
    },
  }
}

test.each([1, 3, 4, 5, 1000])(
  'a head is read whole and what follows is kept, in pieces of %i bytes',
  async (pieceBytes) => {
    const source = inPieces(Buffer.concat([encodeStreamHead({ size: 3 }), Buffer.from('abc')]), pieceBytes)
    const { head, rest } = await readStreamHead(source, schema)
    const chunks = [rest]
    for (let more = await source.read(); more !== null; more = await source.read()) chunks.push(more)
    expect(head).toEqual({ size: 3 })
    expect(Buffer.concat(chunks).toString()).toBe('abc')
  },
)

test.each([
  ['is cut off', encodeStreamHead({ size: 3 }).subarray(0, 8)],
  ['announces more than any head may have', Buffer.from([0xff, 0xff, 0xff, 0xff])],
  ['has another shape', encodeStreamHead({ size: 'three' })],
  ['is no JSON', Buffer.from([0, 0, 0, 1, 0x7b])],
])('a head that %s is an error', async (_name, bytes) => {
  await expect(readStreamHead(inPieces(bytes, 100), schema)).rejects.toThrow()
})
