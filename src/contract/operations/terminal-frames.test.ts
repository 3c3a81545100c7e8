import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  MAX_TERMINAL_DATA_BYTES,
  MalformedTerminalStream,
  createTerminalReader,
  encodeTerminalData,
  encodeTerminalNote,
} from './terminal-frames.ts'
import type { TerminalPart } from './terminal-frames.ts'

/** Neighbouring raw bytes as one, so that only what was said counts and not how it was cut. */
function joined(parts: TerminalPart[]): unknown[] {
  const out: unknown[] = []
  let bytes: number[] = []
  const flush = () => {
    if (bytes.length > 0) out.push(bytes)
    bytes = []
  }
  for (const part of parts) {
    if (part.type === 'data') bytes.push(...part.bytes)
    else {
      flush()
      out.push(part.note)
    }
  }
  flush()
  return out
}

test('bytes and notes keep their order and every byte, however the stream is cut', () => {
  const part = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => ({ type: 'data', bytes }) as const),
    fc
      .record({ type: fc.constant('resize' as const), cols: fc.integer({ min: 1, max: 1000 }), rows: fc.constant(24) })
      .map((note) => ({ type: 'note', note }) as const),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 20 }), fc.integer({ min: 1, max: 50 }), (parts, cut) => {
      const wire = Buffer.concat(
        parts.map((one) => (one.type === 'data' ? encodeTerminalData(one.bytes) : encodeTerminalNote(one.note))),
      )
      const read = createTerminalReader()
      const got: TerminalPart[] = []
      for (let at = 0; at < wire.length; at += cut) got.push(...read(wire.subarray(at, at + cut)))
      expect(joined(got)).toEqual(joined(parts))
    }),
  )
})

test('more bytes than a frame may hold become several frames', () => {
  const bytes = new Uint8Array(3 * MAX_TERMINAL_DATA_BYTES + 1).fill(7)
  const parts = createTerminalReader()(encodeTerminalData(bytes))
  expect(parts).toHaveLength(4)
  expect(joined(parts)).toEqual([[...bytes]])
})

test.each([
  ['an unknown kind', [9, 0, 0, 1, 0]],
  ['an empty frame', [0, 0, 0, 0]],
  ['a frame that is too long', [0, 255, 255, 255]],
  ['a note that is too long', [1, 0, 255, 255]],
  ['a note that is no JSON', [1, 0, 0, 1, 65]],
])('%s is refused', (_name, bytes) => {
  expect(() => createTerminalReader()(Uint8Array.from(bytes))).toThrow(MalformedTerminalStream)
})
