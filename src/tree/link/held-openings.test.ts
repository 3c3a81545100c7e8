import { expect, test, vi } from 'vitest'
import { decodeFrame, encodeFrame, type Frame, FrameKind } from './frame.ts'
import { createHeldOpenings } from './held-openings.ts'

function frame(id: number): Frame {
  const decoded = decodeFrame(encodeFrame({ kind: FrameKind.CALL, id, header: '{}' }))
  if (!decoded.ok) throw new Error(decoded.reason)
  return decoded.frame
}

function holding({ maxHeld = 8, timeoutMs = 60_000 } = {}) {
  const refused: Array<[number, string]> = []
  const gone: number[] = []
  const held = createHeldOpenings({
    selfId: 'middle',
    maxHeld,
    timeoutMs,
    refuse: ({ id }, error) => refused.push([id, error instanceof Error ? error.message : String(error)]),
  })
  return {
    held,
    refused,
    gone,
    hold: (id: number, permit: Promise<void>) => held.hold(frame(id), permit, () => gone.push(id)),
  }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('an opening goes on only after its permit, and not at all when that is refused', async () => {
  const { hold, held, gone, refused } = holding()
  const permit = Promise.withResolvers<void>()
  hold(1, permit.promise)
  hold(2, Promise.reject(new Error('the disk is full')))
  await turn()
  expect([gone, refused, held.has(1)]).toEqual([[], [[2, 'the disk is full']], true])
  permit.resolve()
  await turn()
  expect([gone, held.has(1)]).toEqual([[1], false])
})

test('what was given up meanwhile does not go on, nor anything after the link was lost', async () => {
  const { hold, held, gone, refused } = holding()
  const permit = Promise.withResolvers<void>()
  hold(1, permit.promise)
  hold(2, permit.promise)
  expect(held.drop(1)).toBe(true)
  expect(held.drop(1)).toBe(false)
  held.clear()
  permit.resolve()
  await turn()
  expect([gone, refused]).toEqual([[], []])
})

test('more than may wait are refused, and who waits too long too', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const { hold, refused } = holding({ maxHeld: 1, timeoutMs: 5000 })
    hold(1, new Promise(() => undefined))
    hold(2, Promise.resolve())
    expect(refused.map(([id]) => id)).toEqual([2])
    vi.advanceTimersByTime(5000)
    expect(refused.map(([id]) => id)).toEqual([2, 1])
  } finally {
    vi.useRealTimers()
  }
})
