import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createCalls } from './calls.ts'
import { LinkError } from './fault.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setup(maxPendingCalls = 10) {
  let lastId = 0
  const cancelled: number[] = []
  const calls = createCalls({ maxPendingCalls, nextId: () => (lastId += 1), cancel: (id) => void cancelled.push(id) })
  return { calls, cancelled }
}

const ask = { target: 'leaf-1', deadlineMs: 1_000 }
const body = Buffer.from('answer')

describe('pending calls', () => {
  test('an answer goes to the call with its id, once', async () => {
    const { calls } = setup()
    const first = calls.start(ask, () => true)
    const second = calls.start(ask, () => true)
    expect(calls.settle(2, body)).toBe(true)
    expect(calls.settle(2, body)).toBe(false)
    await expect(second).resolves.toBe(body)
    calls.fail(1, new LinkError('REMOTE', 'leaf-1'))
    await expect(first).rejects.toMatchObject({ reason: 'REMOTE' })
    expect(calls.pending()).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('without an answer it fails at its deadline, names the target and tells the peer', async () => {
    const { calls, cancelled } = setup()
    const call = calls.start(ask, () => true)
    const failed = expect(call).rejects.toMatchObject({ reason: 'TIMEOUT', hop: 'leaf-1', status: 504 })
    vi.advanceTimersByTime(999)
    expect(calls.pending()).toBe(1)
    vi.advanceTimersByTime(1)
    await failed
    expect(cancelled).toEqual([1])
    expect(calls.settle(1, body)).toBe(false)
  })

  test('an abort fails it at once and tells the peer', async () => {
    const { calls, cancelled } = setup()
    const abort = new AbortController()
    const call = calls.start({ ...ask, signal: abort.signal }, () => true)
    abort.abort()
    await expect(call).rejects.toMatchObject({ reason: 'CANCELLED', hop: 'leaf-1' })
    expect(cancelled).toEqual([1])
    await expect(calls.start({ ...ask, signal: abort.signal }, () => true)).rejects.toMatchObject({
      reason: 'CANCELLED',
    })
    expect(cancelled).toEqual([1])
  })

  test('all fail at once when the link is lost, each with its own error', async () => {
    const { calls, cancelled } = setup()
    const results = Promise.allSettled([
      calls.start(ask, () => true),
      calls.start({ ...ask, target: 'leaf-2' }, () => true),
    ])
    calls.failAll((target) => new LinkError('LINK_LOST', 'region', target))
    expect((await results).map((result) => result.status === 'rejected' && String(result.reason))).toEqual([
      'LinkError: LINK_LOST at region: leaf-1',
      'LinkError: LINK_LOST at region: leaf-2',
    ])
    expect(cancelled).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('one over the bound is refused without being sent', async () => {
    const { calls } = setup(1)
    const first = calls.start(ask, () => true)
    const send = vi.fn(() => true)
    await expect(calls.start(ask, send)).rejects.toMatchObject({ reason: 'OVERLOADED' })
    expect(send).not.toHaveBeenCalled()
    calls.settle(1, body)
    await first
  })

  test('what could not be sent fails as overloaded and leaves nothing behind', async () => {
    const { calls, cancelled } = setup()
    await expect(calls.start(ask, () => false)).rejects.toMatchObject({ reason: 'OVERLOADED' })
    expect([calls.pending(), cancelled, vi.getTimerCount()]).toEqual([0, [], 0])
  })
})
