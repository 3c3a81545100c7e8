import { expect, test } from 'vitest'
import { createBudget } from './budget.ts'

test('no hour ever sees more than the budget, and it comes back piece by piece', () => {
  let now = 0
  const budget = createBudget({ perHour: 2, clock: () => now })
  expect(budget.take()).toBe(true)
  now = 1_800_000
  expect(budget.take()).toBe(true)
  expect(budget.take()).toBe(false)
  now = 3_599_999
  expect(budget.exhausted()).toBe(true)
  now = 3_600_000
  expect([budget.take(), budget.take(), budget.used()]).toEqual([true, false, 2])
})

test('what was spent before a restart counts, however much it was', () => {
  const budget = createBudget({ perHour: 3, clock: () => 0 })
  budget.seed(2)
  expect([budget.take(), budget.take()]).toEqual([true, false])
  budget.seed(1_000_000)
  expect(budget.used()).toBe(3)
})

test('a budget of 0 allows nothing', () => {
  expect(createBudget({ perHour: 0, clock: () => 0 }).take()).toBe(false)
})
