import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FrameKind,
  MAX_BODY_BYTES,
  MAX_DATA_BYTES,
  MAX_FRAME_BYTES,
  MAX_HEADER_BYTES,
  creditOf,
  decodeFrame,
  encodeCredit,
  encodeFrame,
  withId,
} from './frame.ts'
import type { FrameParts } from './frame.ts'

const id = fc.integer({ min: 1, max: 0xffff_ffff })
const header = fc.json().filter((text) => text.length > 0 && Buffer.byteLength(text) <= MAX_HEADER_BYTES)
const kinds = Object.values(FrameKind)

const wellFormed: fc.Arbitrary<FrameParts> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(FrameKind.CALL, FrameKind.OPEN),
    id,
    header,
    body: fc.uint8Array({ maxLength: 4096 }),
  }),
  fc.record({ kind: fc.constantFrom(FrameKind.ERROR, FrameKind.RESET), id, header }),
  fc.record({ kind: fc.constant(FrameKind.REPLY), id, body: fc.uint8Array({ maxLength: 4096 }) }),
  fc.record({ kind: fc.constant(FrameKind.DATA), id, body: fc.uint8Array({ minLength: 1, maxLength: 4096 }) }),
  fc.record({ kind: fc.constantFrom(FrameKind.CANCEL, FrameKind.END), id }),
  fc.record({ kind: fc.constant(FrameKind.HELLO), header }),
  fc.record({ kind: fc.constantFrom(FrameKind.PING, FrameKind.PONG) }),
)

function reasonOf(bytes: Uint8Array): string {
  const decoded = decodeFrame(bytes)
  return decoded.ok ? 'well-formed' : decoded.reason
}

describe('frames', () => {
  test('every well-formed frame comes out as it went in', () => {
    fc.assert(
      fc.property(wellFormed, (parts) => {
        const decoded = decodeFrame(encodeFrame(parts))
        if (!decoded.ok) throw new Error(decoded.reason)
        const { frame } = decoded
        expect(frame.kind).toBe(parts.kind)
        expect(frame.id).toBe(parts.id ?? 0)
        expect(Buffer.from(frame.header).toString()).toBe(parts.header ?? '')
        expect(Buffer.compare(frame.body, parts.body ?? new Uint8Array(0))).toBe(0)
      }),
    )
  })

  test('garbage never throws, and what is accepted is exactly what would be written', () => {
    const almost = wellFormed.chain((parts) => {
      const bytes = encodeFrame(parts)
      return fc.record({ at: fc.nat(Math.min(bytes.length - 1, 12)), to: fc.nat(255) }).map(({ at, to }) => {
        const broken = Uint8Array.from(bytes)
        broken[at] = to
        return broken
      })
    })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), almost), (bytes) => {
        const decoded = decodeFrame(bytes)
        if (!decoded.ok) {
          expect(decoded.reason).not.toBe('')
          return
        }
        const { kind, id: frameId, header: head, body } = decoded.frame
        const again = encodeFrame({ kind, id: frameId, header: Buffer.from(head).toString('latin1'), body })
        if (head.every((byte) => byte < 128)) expect(Buffer.compare(again, bytes)).toBe(0)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['nothing', Buffer.alloc(0), 'frame too short'],
    ['a prefix without its end', Buffer.alloc(7), 'frame too short'],
    ['more than any frame', Buffer.alloc(MAX_FRAME_BYTES + 1), 'frame too long'],
    ['kind 0', Buffer.from([0, 0, 0, 0, 0, 1, 0, 0]), 'unknown frame kind 0'],
    ['kind 13', Buffer.from([13, 0, 0, 0, 0, 1, 0, 0]), 'unknown frame kind 13'],
    ['a flag', Buffer.from([FrameKind.PING, 1, 0, 0, 0, 0, 0, 0]), 'unknown frame flags'],
    ['a PING of a call', Buffer.from([FrameKind.PING, 0, 0, 0, 0, 1, 0, 0]), 'frame id does not fit its kind'],
    ['DATA of no stream', Buffer.from([FrameKind.DATA, 0, 0, 0, 0, 0, 0, 0, 1]), 'frame id does not fit its kind'],
    ['a CALL without header', Buffer.from([FrameKind.CALL, 0, 0, 0, 0, 1, 0, 0]), 'frame header does not fit its kind'],
    ['DATA with header', Buffer.from([FrameKind.DATA, 0, 0, 0, 0, 1, 0, 1, 1]), 'frame header does not fit its kind'],
    [
      'a header past the end',
      Buffer.from([FrameKind.CALL, 0, 0, 0, 0, 1, 0, 9, 1]),
      'frame header longer than the frame',
    ],
    ['a header over its bound', Buffer.from([FrameKind.CALL, 0, 0, 0, 0, 1, 0xff, 0xff]), 'frame header too long'],
    ['DATA of nothing', encodeFrame({ kind: FrameKind.DATA, id: 1 }), 'frame body does not fit its kind'],
    [
      'DATA over its bound',
      encodeFrame({ kind: FrameKind.DATA, id: 1, body: Buffer.alloc(MAX_DATA_BYTES + 1) }),
      'frame body does not fit its kind',
    ],
    [
      'END with a body',
      encodeFrame({ kind: FrameKind.END, id: 1, body: Buffer.from('x') }),
      'frame body does not fit its kind',
    ],
    [
      'a CREDIT of three bytes',
      encodeFrame({ kind: FrameKind.CREDIT, id: 1, body: Buffer.alloc(3) }),
      'frame body does not fit its kind',
    ],
    ['a CREDIT of zero', encodeCredit(1, 0), 'a credit of nothing'],
  ])('%s is refused with its reason', (_name, bytes, reason) => {
    expect(reasonOf(bytes)).toBe(reason)
  })

  test.each(kinds)('kind %i is known', (kind) => {
    expect(reasonOf(Buffer.from([kind, 0, 0, 0, 0, 1, 0, 0]))).not.toMatch(/unknown/)
  })

  test('a body or header over its bound is never written', () => {
    expect(() => encodeFrame({ kind: FrameKind.REPLY, id: 1, body: Buffer.alloc(MAX_BODY_BYTES + 1) })).toThrow(
      RangeError,
    )
    expect(() => encodeFrame({ kind: FrameKind.CALL, id: 1, header: 'x'.repeat(MAX_HEADER_BYTES + 1) })).toThrow(
      RangeError,
    )
  })

  test('a frame passed on keeps its body and gets the id of the next link', () => {
    // A view into a larger buffer, as a socket delivers it.
    const received = Buffer.concat([
      Buffer.from('before'),
      encodeFrame({ kind: FrameKind.DATA, id: 7, body: Buffer.from('hello') }),
      Buffer.from('after'),
    ])
    const decoded = decodeFrame(received.subarray(6, received.length - 5))
    if (!decoded.ok) throw new Error(decoded.reason)
    const passed = decodeFrame(withId(decoded.frame, 0xffff_fffe))
    expect(passed).toMatchObject({ ok: true, frame: { kind: FrameKind.DATA, id: 0xffff_fffe } })
    expect(received.toString('latin1')).toMatch(/^before.*helloafter$/s)
  })

  test('credits are whole numbers of bytes up to 32 bits', () => {
    const decoded = decodeFrame(encodeCredit(1, 0xffff_ffff))
    expect(decoded.ok && creditOf(decoded.frame)).toBe(0xffff_ffff)
  })
})
