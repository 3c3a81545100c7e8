import { expect, test, vi } from 'vitest'
import { createRecentReads } from './recent-reads.ts'

function setUp({ maxEntries = 10 } = {}) {
  const state = { now: 0, value: 'a' as string | null }
  const load = vi.fn(async (key: string) => (state.value === null ? null : `${key}:${state.value}`))
  return { state, load, reads: createRecentReads({ load, maxAgeMs: 5_000, maxEntries, clock: () => state.now }) }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a value is read once and then known without waiting', async () => {
  const { reads, load } = setUp()
  expect(reads.fresh('k')).toBeNull()
  expect(await reads.read('k')).toBe('k:a')
  expect(reads.fresh('k')).toBe('k:a')
  expect(load).toHaveBeenCalledTimes(1)
})

test('no value is older than the limit, however often it is used', async () => {
  const { reads, state } = setUp()
  await reads.read('k')
  state.now = 4_999
  expect(reads.fresh('k')).toBe('k:a')
  state.now = 5_000
  expect(reads.fresh('k')).toBeNull()
})

test('a value from before the clock was set back is not taken for young', async () => {
  const { reads, state } = setUp()
  state.now = 3_600_000
  await reads.read('k')
  state.now = 0
  expect(reads.fresh('k')).toBeNull()
})

test('a busy value is read again before it is too old', async () => {
  const { reads, state } = setUp()
  await reads.read('k')
  state.now = 2_500
  state.value = 'b'
  expect(reads.fresh('k')).toBe('k:a')
  await settled()
  state.now = 7_000
  expect(reads.fresh('k')).toBe('k:b')
})

test('an early read that finds nothing ends the value', async () => {
  const { reads, state } = setUp()
  await reads.read('k')
  state.now = 3_000
  state.value = null
  reads.fresh('k')
  await settled()
  expect(reads.fresh('k')).toBeNull()
})

test('an early read that fails leaves the value to grow old', async () => {
  const { reads, state, load } = setUp()
  await reads.read('k')
  state.now = 3_000
  load.mockRejectedValue(new Error('database away'))
  expect(reads.fresh('k')).toBe('k:a')
  await settled()
  expect(reads.fresh('k')).toBe('k:a')
  state.now = 5_000
  expect(reads.fresh('k')).toBeNull()
  await expect(reads.read('k')).rejects.toThrow('database away')
})

test('many callers at once share one read', async () => {
  const { reads, load } = setUp()
  await Promise.all(Array.from({ length: 50 }, () => reads.read('k')))
  expect(load).toHaveBeenCalledTimes(1)
})

test('what is forgotten is gone at once, also what was being read', async () => {
  const { reads } = setUp()
  await reads.read('k')
  reads.forget((key) => key === 'k')
  expect(reads.fresh('k')).toBeNull()

  const before = reads.read('k')
  reads.forget(() => true)
  await before
  expect(reads.fresh('k')).toBeNull()
})

test('the number of values is bounded, and the longest unread goes first', async () => {
  const { reads } = setUp({ maxEntries: 2 })
  for (const key of ['a', 'b', 'a', 'c']) await reads.read(key)
  expect([reads.fresh('a'), reads.fresh('b'), reads.fresh('c')]).toEqual(['a:a', null, 'c:a'])
})
