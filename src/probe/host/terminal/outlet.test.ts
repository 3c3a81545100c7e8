import { expect, test } from 'vitest'
import { createOutlet } from './outlet.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('what is pushed while a write is under way goes out as one piece, in order, and is counted until it is taken', async () => {
  const written: string[] = []
  let room: (() => void) | undefined
  let rooms = 0
  const outlet = createOutlet({
    write: (bytes) => {
      written.push(Buffer.from(bytes).toString())
      return new Promise((resolve) => (room = resolve))
    },
    onRoom: () => (rooms += 1),
  })
  for (const text of ['a', 'b', 'c']) outlet.push(Buffer.from(text))
  expect([written, outlet.pendingBytes()]).toEqual([['a'], 3])
  room?.()
  await settled()
  expect([written, outlet.pendingBytes(), rooms]).toEqual([['a', 'bc'], 2, 1])
  room?.()
  await outlet.drained()
  expect(outlet.pendingBytes()).toBe(0)
})

test('a transfer goes out in few pieces although it comes in many, all of it and in order; what is short never waits', async () => {
  const written: Uint8Array[] = []
  const outlet = createOutlet({ write: async (bytes) => void written.push(bytes), onRoom: () => undefined })
  outlet.push(Buffer.from('k'))
  await outlet.drained()
  expect(written.map((piece) => piece.length)).toEqual([1])

  const pieces = Array.from({ length: 64 }, (_, at) => new Uint8Array(4_096).fill(at))
  for (const piece of pieces) {
    outlet.push(piece)
    await Promise.resolve()
  }
  await outlet.drained()
  expect(written.length - 1).toBeLessThan(pieces.length / 4)
  expect(Buffer.concat(written.slice(1)).equals(Buffer.concat(pieces))).toBe(true)
  expect(outlet.pendingBytes()).toBe(0)
})

test('a write that fails drops the rest, and nothing more is kept', async () => {
  const outlet = createOutlet({ write: () => Promise.reject(new Error('gone')), onRoom: () => undefined })
  outlet.push(new Uint8Array(1000))
  await outlet.drained()
  outlet.push(new Uint8Array(1000))
  expect(outlet.pendingBytes()).toBe(0)
})
