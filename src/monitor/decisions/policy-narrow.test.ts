import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecisionStatus } from '../../contract/rollup.ts'
import { mergeSettled, narrow } from './policy-narrow.ts'

test.each([
  ['deny', 'approved', 'rejected'],
  ['deny', 'pending', 'rejected'],
  ['human', 'approved', 'pending'],
  ['human', 'rejected', 'rejected'],
  ['human', 'expired', 'expired'],
  ['judge', 'approved', 'approved'],
  ['escalate', 'approved', 'approved'],
  ['approve', 'rejected', 'rejected'],
  ['approve', 'pending', 'pending'],
] as const)('a hop that says %s makes %s from above %s', (verdict, above, expected) => {
  expect(narrow(verdict, { status: above, decidedBy: 'llm' })).toBe(expected)
})

test('a person’s approval from above counts where a person is wanted, and never where the policy denies', () => {
  expect(narrow('human', { status: 'approved', decidedBy: 'human' })).toBe('approved')
  expect(narrow('deny', { status: 'approved', decidedBy: 'human' })).toBe('rejected')
})

test.each([
  ['rejected', 'approved', 'rejected'],
  ['rejected', 'expired', 'rejected'],
  ['expired', 'approved', 'expired'],
  ['pending', 'approved', 'approved'],
  ['pending', 'rejected', 'rejected'],
  ['approved', 'rejected', 'rejected'],
  ['approved', 'expired', 'expired'],
  ['approved', 'pending', 'approved'],
] as const)('%s here and %s from above is %s', (local, above, expected) => {
  expect(mergeSettled({ status: local }, { status: above }).status).toBe(expected)
})

test('once rejected or expired, no sequence of answers makes it approved', () => {
  const status = fc.constantFrom(...DecisionStatus.options)
  fc.assert(
    fc.property(fc.constantFrom('rejected' as const, 'expired' as const), fc.array(status), (start, answers) => {
      const end = answers.reduce<{ status: DecisionStatus }>((local, above) => mergeSettled(local, { status: above }), {
        status: start,
      })
      return end.status === start
    }),
  )
})
