import { expect, test } from 'vitest'
import { createGatherer } from './gatherer.ts'

const overloaded = () => new Error('overloaded')

test('what arrives while a batch is under way shares the next one', async () => {
  const batches: number[][] = []
  const gatherer = createGatherer<number, number>({
    run: async (items) => {
      batches.push(items)
      await new Promise((next) => setImmediate(next))
      return items.map((n) => n * 2)
    },
    maxItems: 3,
    maxWaiting: 100,
    overloaded,
  })
  const results = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => gatherer.add(n)))
  expect(results).toEqual([2, 4, 6, 8, 10, 12, 14])
  expect(batches).toEqual([[1, 2, 3], [4, 5, 6], [7]])
})

test('one bad item spoils none of the others', async () => {
  const gatherer = createGatherer<number, number>({
    run: async (items) => {
      if (items.includes(2)) throw new Error('bad 2')
      return items
    },
    maxItems: 10,
    maxWaiting: 100,
    overloaded,
  })
  const results = await Promise.allSettled([1, 2, 3].map((n) => gatherer.add(n)))
  expect(results.map((r) => (r.status === 'fulfilled' ? r.value : String(r.reason)))).toEqual([1, 'Error: bad 2', 3])
})

test('items of one fate fail together, and are not run again', async () => {
  let runs = 0
  const gatherer = createGatherer<number, number>({
    run: async () => {
      runs += 1
      throw new Error('away')
    },
    maxItems: 10,
    maxWaiting: 100,
    overloaded,
    oneFate: true,
  })
  const results = await Promise.allSettled([1, 2, 3].map((n) => gatherer.add(n)))
  expect(results.map((r) => r.status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(runs).toBe(1)
})

test('the queue is bounded, and idle waits for all of it', async () => {
  const gatherer = createGatherer<number, number>({
    run: async (items) => items,
    maxItems: 1,
    maxWaiting: 2,
    overloaded,
  })
  const results = Promise.allSettled([1, 2, 3].map((n) => gatherer.add(n)))
  await gatherer.idle()
  expect((await results).map((r) => r.status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
})
