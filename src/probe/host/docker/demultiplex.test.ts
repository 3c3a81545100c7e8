import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDemultiplexer } from './demultiplex.ts'

const frame = (stream: number, text: string) => {
  const body = Buffer.from(text)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(body.length, 4)
  return Buffer.concat([header, body])
}

test('the texts of both outputs come out in order, however they are cut', () => {
  const texts = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.string({ maxLength: 30 })), { maxLength: 10 })
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 20 }), (parts, cut) => {
      const wire = Buffer.concat(parts.map(([stream, text]) => frame(stream, text)))
      const demultiplex = createDemultiplexer()
      const out: Uint8Array[] = []
      for (let at = 0; at < wire.length; at += cut) out.push(...demultiplex(wire.subarray(at, at + cut)))
      expect(Buffer.concat(out).toString()).toBe(parts.map(([, text]) => text).join(''))
    }),
  )
})
