import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startHeartbeat } from './heartbeat.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setup() {
  const ping = vi.fn()
  const onDead = vi.fn(() => beat.stop())
  const beat = startHeartbeat({ intervalMs: 10_000, maxMissed: 3, ping, onDead })
  return { beat, ping, onDead }
}

test('a peer that never answers is dead after three missed pings, once', () => {
  const { ping, onDead } = setup()
  vi.advanceTimersByTime(39_999)
  expect([ping.mock.calls.length, onDead.mock.calls.length]).toEqual([3, 0])
  vi.advanceTimersByTime(1)
  expect(onDead).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(100_000)
  expect(onDead).toHaveBeenCalledTimes(1)
})

test('any word from the peer is a sign of life', () => {
  const { beat, onDead } = setup()
  for (let i = 0; i < 10; i += 1) {
    vi.advanceTimersByTime(30_000)
    beat.heard()
  }
  expect(onDead).not.toHaveBeenCalled()
  beat.stop()
  expect(vi.getTimerCount()).toBe(0)
})
