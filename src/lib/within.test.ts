import { expect, test } from 'vitest'
import { within } from './within.ts'

test('what comes in time is given', async () => {
  expect(await within(Promise.resolve(7), 1_000)).toEqual({ inTime: true, value: 7 })
})

test('what fails in time fails', async () => {
  await expect(within(Promise.reject(new Error('no')), 1_000)).rejects.toThrow('no')
})

test('what never comes is given up', async () => {
  expect(await within(new Promise(() => undefined), 5)).toEqual({ inTime: false })
})

test('a failure after the bound disturbs nobody', async () => {
  const failing = Promise.withResolvers<never>()
  expect(await within(failing.promise, 1)).toEqual({ inTime: false })
  failing.reject(new Error('too late'))
  await new Promise((resolve) => setImmediate(resolve))
})
