import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createOutbox } from './outbox.ts'

/** A wire that holds what it is given until `flush` says that the peer took it. */
function slowWire() {
  const sent: string[] = []
  const held: Array<{ bytes: number; flushed: () => void }> = []
  let peak = 0
  const wire = {
    send(bytes: Uint8Array, flushed: () => void) {
      sent.push(Buffer.from(bytes).toString('latin1').slice(0, 8).trim())
      held.push({ bytes: bytes.length, flushed })
      peak = Math.max(peak, wire.bufferedBytes())
    },
    bufferedBytes: () => held.reduce((sum, { bytes }) => sum + bytes, 0),
  }
  return {
    wire,
    sent,
    peak: () => peak,
    flush() {
      for (let item = held.shift(); item; item = held.shift()) item.flushed()
    },
  }
}

const frame = (name: string, bytes = 8): Buffer => Buffer.alloc(bytes, name.padEnd(bytes))
const KIB = 1024

function setup(maxOutboxBytes = 1024 * KIB) {
  const slow = slowWire()
  return { ...slow, outbox: createOutbox({ wire: slow.wire, maxOutboxBytes, maxSocketBytes: 64 * KIB }) }
}

describe('the outbox', () => {
  test('a heartbeat and a keystroke overtake a transfer that has already begun', () => {
    const { outbox, sent, flush } = setup()
    for (let i = 0; i < 8; i += 1) outbox.inOrder(1, frame(`bulk${i}`, 32 * KIB))
    expect(sent).toEqual(['bulk0', 'bulk1'])
    outbox.inOrder(3, frame('key'))
    outbox.urgent(frame('ping'))
    flush()
    expect(sent.slice(2, 4)).toEqual(['ping', 'key'])
    expect(sent.slice(4)).toEqual(['bulk2', 'bulk3', 'bulk4', 'bulk5', 'bulk6', 'bulk7'])
  })

  test('the socket never holds more than its bound and one frame', () => {
    const { outbox, peak, flush } = setup()
    for (let i = 0; i < 20; i += 1) outbox.inOrder(i + 1, frame('bulk', 32 * KIB))
    flush()
    expect(peak()).toBeLessThanOrEqual(96 * KIB)
    expect(outbox.queuedBytes()).toBe(0)
  })

  test('transfers take turns', () => {
    const { outbox, sent, flush } = setup()
    outbox.inOrder(9, frame('x', 64 * KIB))
    for (let i = 0; i < 3; i += 1) outbox.inOrder(1, frame(`a${i}`, 32 * KIB))
    for (let i = 0; i < 3; i += 1) outbox.inOrder(3, frame(`b${i}`, 32 * KIB))
    flush()
    expect(sent.slice(1)).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
  })

  test('many who type do not starve a transfer', () => {
    const { outbox, sent, flush } = setup()
    outbox.inOrder(9, frame('x', 64 * KIB))
    outbox.inOrder(1, frame('bulk', 32 * KIB))
    for (let i = 0; i < 100; i += 1) outbox.inOrder(100 + i, frame('key'))
    flush()
    expect(sent.indexOf('bulk')).toBeLessThanOrEqual(17)
  })

  test('what is over the bound is refused, and there is room again when the socket took some', () => {
    const { outbox, flush } = setup(100 * KIB)
    outbox.inOrder(1, frame('a', 64 * KIB))
    expect(outbox.inOrder(1, frame('b', 64 * KIB))).toBe(true)
    expect(outbox.inOrder(3, frame('c', 64 * KIB))).toBe(false)
    expect(outbox.urgent(frame('d', 64 * KIB))).toBe(false)
    flush()
    expect(outbox.inOrder(3, frame('c', 64 * KIB))).toBe(true)
  })

  test('a flood of tiny frames meets the bound as well', () => {
    const { outbox } = setup(64 * KIB)
    outbox.inOrder(1, frame('x', 64 * KIB - 64))
    let accepted = 0
    while (outbox.inOrder(3, frame('t', 1))) accepted += 1
    expect(accepted).toBeLessThan(1100)
  })

  test('what waits for a stream is forgotten when it is dropped, and nothing else', () => {
    const { outbox, sent, flush } = setup()
    outbox.inOrder(9, frame('x', 64 * KIB))
    outbox.inOrder(1, frame('a', 32 * KIB))
    outbox.inOrder(3, frame('b', 32 * KIB))
    outbox.inOrder(5, frame('key'))
    outbox.drop(1)
    outbox.drop(5)
    flush()
    expect(sent).toEqual(['x', 'b'])
    expect(outbox.queuedBytes()).toBe(0)
  })

  test('after close it takes nothing and sends nothing', () => {
    const { outbox, sent, flush } = setup()
    outbox.inOrder(1, frame('a', 64 * KIB))
    outbox.inOrder(1, frame('b', 64 * KIB))
    outbox.close()
    flush()
    expect(outbox.urgent(frame('c'))).toBe(false)
    expect(sent).toEqual(['a'])
  })

  test('the frames of one stream never change their order, and every frame leaves exactly once', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 4 }),
      bytes: fc.constantFrom(8, 500, 3000, 32 * KIB),
      flush: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { outbox, sent, flush } = setup(64 * 1024 * KIB)
        steps.forEach(({ id, bytes, flush: now }, at) => {
          if (id === 0) outbox.urgent(frame(`0.${at}`, bytes))
          else outbox.inOrder(id, frame(`${id}.${at}`, bytes))
          if (now) flush()
        })
        flush()
        for (let id = 0; id <= 4; id += 1) {
          const expected = steps.flatMap((each, at) => (each.id === id ? [`${id}.${at}`] : []))
          expect(sent.filter((name) => name.startsWith(`${id}.`))).toEqual(expected)
        }
        expect(outbox.queuedBytes()).toBe(0)
      }),
    )
  })
})
