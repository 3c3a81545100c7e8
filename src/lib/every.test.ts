import { expect, test } from 'vitest'
import { every } from './every.ts'

test('a failing run is told and does not end the repetition', async () => {
  const errors: unknown[] = []
  let runs = 0
  const third = Promise.withResolvers<void>()
  const loop = every(
    1,
    async () => {
      runs++
      if (runs === 3) third.resolve()
      if (runs === 1) throw new Error('first')
    },
    (error) => errors.push(error),
  )
  await third.promise
  await loop.stop()
  expect(errors).toEqual([new Error('first')])
})

test('a wake during a run is not lost, and two runs never overlap', async () => {
  let running = 0
  let most = 0
  let runs = 0
  const second = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const loop = every(
    1_000_000,
    async () => {
      runs++
      most = Math.max(most, ++running)
      if (runs === 1) await gate.promise
      else second.resolve()
      running--
    },
    () => undefined,
  )
  loop.now()
  gate.resolve()
  await second.promise
  await loop.stop()
  expect([runs, most]).toEqual([2, 1])
})
