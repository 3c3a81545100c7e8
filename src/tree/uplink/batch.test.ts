import { describe, expect, test } from 'vitest'
import { nextBatchItems, settleBatch, smallerMayPass } from './batch.ts'
import { ParentError } from './parent-error.ts'
import type { SpoolItem } from './spool-tables.ts'

test.each([
  ['half of what was too much', 1000, 1000, 'too-much', 500],
  ['a smaller batch than allowed was too much', 1000, 300, 'too-much', 150],
  ['never less than one', 1, 1, 'too-much', 1],
  ['it grows again', 100, 100, 'accepted', 200],
  ['never above the bound', 900, 900, 'accepted', 1000],
  ['a short last batch does not shrink it', 1000, 3, 'accepted', 1000],
] as const)('%s', (_name, current, sent, outcome, expected) =>
  expect(nextBatchItems(current, sent, outcome)).toBe(expected),
)

test.each([
  ['rejected', null, true],
  ['retryable', 'TIMEOUT', true],
  ['retryable', 'INTERNAL_ERROR', false],
  ['unauthorised', null, false],
] as const)('after %s %s a smaller batch may pass: %s', (kind, code, expected) => {
  expect(smallerMayPass(new ParentError({ kind, code, message: '' }))).toBe(expected)
})

describe('settling', () => {
  const items: SpoolItem[] = ['a', 'b', 'c'].map((uid, at) => ({
    id: at + 1,
    kind: 'report',
    at: 0,
    body: JSON.stringify({ report_uid: uid }),
  }))

  test('accepted and duplicate are settled, rejected is told apart with its reason', () => {
    const { accepted, rejected } = settleBatch(items, {
      results: [
        { report_uid: 'a', status: 'accepted' },
        { report_uid: 'b', status: 'rejected', error: { code: 'INVALID_REQUEST', message: 'bad' } },
        { report_uid: 'c', status: 'duplicate' },
      ],
    })
    expect(accepted.map(({ id }) => id)).toEqual([1, 3])
    expect(rejected).toEqual([{ item: items[1], code: 'INVALID_REQUEST', message: 'bad' }])
  })

  test.each([
    ['too few results', [{ report_uid: 'a', status: 'accepted' }]],
    ['results of other reports', ['x', 'y', 'z'].map((report_uid) => ({ report_uid, status: 'accepted' }))],
    ['another order', ['b', 'a', 'c'].map((report_uid) => ({ report_uid, status: 'accepted' }))],
  ] as const)('%s settle nothing: the batch is sent again', (_name, results) => {
    expect(() => settleBatch(items, { results: results.map((result) => ({ ...result, status: 'accepted' })) })).toThrow(
      ParentError,
    )
  })
})
