import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLogger } from '../platform/logger.ts'
import { createRounds } from './rounds.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const logger = createLogger({ level: 'silent' })

function slowRounds(tookMs: number) {
  const seen = { atOnce: 0, most: 0, count: 0 }
  const rounds = createRounds({
    everyMs: 1000,
    random: () => 0,
    logger,
    round: async () => {
      seen.atOnce += 1
      seen.most = Math.max(seen.most, seen.atOnce)
      await new Promise((resolve) => setTimeout(resolve, tookMs))
      seen.atOnce -= 1
      seen.count += 1
      return seen.count
    },
  })
  return { rounds, seen }
}

test('a slow round delays the next one and never overlaps it', async () => {
  const { rounds, seen } = slowRounds(2500)
  rounds.start()
  await vi.advanceTimersByTimeAsync(10_100)
  expect(seen).toMatchObject({ most: 1, count: 4 })
})

test('a round that is asked for while one runs follows it, once for all who ask', async () => {
  const { rounds, seen } = slowRounds(100)
  const asked = [rounds.now(), rounds.now(), rounds.now()]
  await vi.advanceTimersByTimeAsync(500)
  expect(await Promise.all(asked)).toEqual([1, 2, 2])
  expect(seen.most).toBe(1)
})

test('a round that fails does not end the rounds', async () => {
  let count = 0
  const round = (): Promise<void> => {
    count += 1
    return Promise.reject(new Error('no'))
  }
  createRounds({ everyMs: 1000, random: () => 0, logger, round }).start()
  await vi.advanceTimersByTimeAsync(3500)
  expect(count).toBe(4)
})

test('after stop no round begins', async () => {
  const { rounds, seen } = slowRounds(100)
  rounds.start()
  await vi.advanceTimersByTimeAsync(500)
  await rounds.stop()
  await vi.advanceTimersByTimeAsync(5000)
  expect(seen.count).toBe(1)
  await expect(rounds.now()).rejects.toThrow('stopped')
})
