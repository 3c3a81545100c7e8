import { expect, test } from 'vitest'
import { createWaker } from './waker.ts'

const LONG_MS = 60_000

test('a call to wake ends the wait', async () => {
  const waker = createWaker()
  const waiting = waker.wait(LONG_MS)
  waker.wake()
  await waiting
})

test('work that came before the wait is not slept over', async () => {
  const waker = createWaker()
  waker.wake()
  waker.wake()
  await waker.wait(LONG_MS)
})

test('one call wakes once', async () => {
  const waker = createWaker()
  waker.wake()
  await waker.wait(LONG_MS)
  const order: string[] = []
  const second = waker.wait(20).then(() => order.push('timer'))
  await Promise.resolve()
  order.push('still asleep')
  await second
  expect(order).toEqual(['still asleep', 'timer'])
})
