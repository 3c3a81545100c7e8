import { expect, test } from 'vitest'
import type { Failure } from '../../api/client.ts'
import { handleAll } from './handle-all.ts'

const failure = (status: number, retryAfterS: number | null = null): Failure => ({
  code: 'X',
  status,
  message: `refused ${status}`,
  details: {},
  retryAfterS,
})

test('everything is done once; what is refused is kept with its reason and stops nothing', async () => {
  const through: number[] = []
  const items = Array.from({ length: 10 }, (_, index) => index)
  const { done, refused } = await handleAll(items, {
    act: async (item) => (item === 4 ? { ok: false, failure: failure(409) } : { ok: true, data: {} }),
    wait: async () => {},
    onProgress: (count) => through.push(count),
  })
  expect(new Set(done)).toEqual(new Set([0, 1, 2, 3, 5, 6, 7, 8, 9]))
  expect(done).toHaveLength(9)
  expect(refused).toEqual([{ item: 4, failure: failure(409) }])
  expect(through.at(-1)).toBe(10)
})

test('what is asked too quickly waits as long as the server says, and is given up after a bounded number of tries', async () => {
  const waits: number[] = []
  let asked = 0
  const wait = async (seconds: number) => void waits.push(seconds)
  const once = await handleAll(['a'], {
    act: async () => (asked++ === 0 ? { ok: false, failure: failure(429, 7) } : { ok: true, data: {} }),
    wait,
    onProgress: () => {},
  })
  expect([once.done, waits]).toEqual([['a'], [7]])
  const never = await handleAll(['a'], {
    act: async () => ({ ok: false, failure: failure(429) }),
    wait,
    onProgress: () => {},
  })
  expect(never.refused).toHaveLength(1)
  expect(waits.length).toBeLessThan(10)
})
