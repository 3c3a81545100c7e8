import { expect, test } from 'vitest'
import { resultOf } from './repair.ts'

const restart = { type: 'service.restart', service: 'web' } as const
const clean = { type: 'disk.clean', mount: '/' } as const

test.each([
  [restart, true, true, 'success'],
  [restart, true, false, 'failed'],
  [restart, false, true, 'partial'],
  [restart, false, false, 'failed'],
  [clean, true, true, 'success'],
  [clean, true, false, 'partial'],
  [clean, false, false, 'failed'],
] as const)('%j that ran: %s and helped: %s is a %s', (action, ok, helped, result) => {
  expect(resultOf(action, { ok, helped })).toBe(result)
})
