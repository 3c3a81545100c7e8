import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanStart, createScrollback } from './scrollback.ts'

test('what fits is given back as it came', () => {
  const scrollback = createScrollback(10)
  scrollback.append(Buffer.from('abc'))
  scrollback.append(Buffer.from('defghij'))
  const { bytes, truncated } = scrollback.snapshot()
  expect([Buffer.from(bytes).toString(), truncated]).toEqual(['abcdefghij', false])
})

test('it is always the end of all output, never more than its size', () => {
  const chunk = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.map((byte) => byte % 10))
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 20 }), fc.integer({ min: 1, max: 32 }), (chunks, maxBytes) => {
      const scrollback = createScrollback(maxBytes)
      for (const bytes of chunks) scrollback.append(bytes)
      const all = Buffer.concat(chunks)
      const { bytes, truncated } = scrollback.snapshot()
      expect(Buffer.from(bytes)).toEqual(all.subarray(Math.max(0, all.length - maxBytes)))
      expect(truncated).toBe(all.length > maxBytes)
    }),
  )
})

test.each([
  ['a line end near the start', Buffer.from('cut\nline'), 4],
  ['the middle of a character', Buffer.from('中文').subarray(1), 2],
  ['the start of a character', Buffer.from('中文'), 0],
])('shown from %s on', (_name, bytes, at) => {
  expect(cleanStart(bytes)).toBe(at)
})
