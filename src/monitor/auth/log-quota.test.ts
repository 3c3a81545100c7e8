import { expect, test } from 'vitest'
import { createLogQuota } from './log-quota.ts'

test('a flood is logged up to the quota of its minute, and the next entry says how many were passed over', () => {
  let now = 0
  const quota = createLogQuota({ perMinute: 2, clock: () => now })
  const take = (times: number) => Array.from({ length: times }, () => quota.next())
  expect(take(2)).toEqual([
    { isLogged: true, notLogged: 0 },
    { isLogged: true, notLogged: 0 },
  ])
  expect(take(1000).some((turn) => turn.isLogged)).toBe(false)
  now = 60_000
  expect(take(3)).toEqual([{ isLogged: true, notLogged: 1000 }, { isLogged: true, notLogged: 0 }, { isLogged: false }])
})
