import { describe, expect, test } from 'vitest'
import type { KeptRows } from '../support/kept-rows.ts'
import { createLedger, type ToldNotice } from '../support/ledger.ts'

const fault = { type: 'fault', subject: 's' }
const key = 'leaf fault s'
const decision = {
  status: 'approved' as const,
  result: null,
  executedAt: null,
  expiresAt: new Date('2026-01-01T00:00:00Z'),
}

/** What a monitor keeps when all is well: one report, one open alert, one approved decision. */
function wellKept(more: Partial<KeptRows> = {}): KeptRows {
  return {
    monitorId: 'region',
    reports: new Map([['r1', 1]]),
    alerts: new Map([[key, [{ uid: 'a1', status: 'new' }]]]),
    blockers: new Map([[key, 1]]),
    decisions: new Map([['q1', [decision]]]),
    decisionIntents: new Map([['l2', 1]]),
    executionIntents: new Map(),
    ...more,
  }
}

function filledLedger() {
  const ledger = createLedger()
  ledger.report('region', 'leaf', 'r1')
  ledger.shows('leaf', [fault], 1_000)
  ledger.asks('q1', 'leaf', 'l2', 'approve')
  ledger.answered('q1', 'pending')
  ledger.answered('q1', 'approved')
  return ledger
}

test('what is kept as it was acknowledged is no violation', () => {
  expect(filledLedger().violations(wellKept(), { settled: true })).toEqual([])
})

test.each<[string, Partial<KeptRows>]>([
  ['a lost report', { reports: new Map() }],
  ['a report that is there twice', { reports: new Map([['r1', 2]]) }],
  ['a lost alert', { alerts: new Map(), blockers: new Map() }],
  [
    'an alert that is there twice',
    {
      alerts: new Map([
        [
          key,
          [
            { uid: 'a1', status: 'resolved' },
            { uid: 'a2', status: 'new' },
          ],
        ],
      ]),
    },
  ],
  ['an alert that was written down twice', { blockers: new Map([[key, 2]]) }],
  ['an alert that ended too early', { alerts: new Map([[key, [{ uid: 'a1', status: 'resolved' }]]]) }],
  ['a lost decision', { decisions: new Map() }],
  ['a decision that turned', { decisions: new Map([['q1', [{ ...decision, status: 'rejected' as const }]]]) }],
  ['a decision that was settled twice', { decisionIntents: new Map([['l2', 2]]) }],
  ['a decision that was executed twice', { executionIntents: new Map([['l2', 2]]) }],
  [
    'an execution after the life of its decision',
    { decisions: new Map([['q1', [{ ...decision, executedAt: new Date('2026-01-01T00:00:01Z') }]]]) },
  ],
])('%s is a violation', (_what, more) => {
  expect(filledLedger().violations(wellKept(more), { settled: true })).not.toEqual([])
})

test('a fault that is over owes a closed alert, and a result that was acknowledged is kept', () => {
  const ledger = filledLedger()
  ledger.shows('leaf', [], 2_000)
  ledger.result('q1', 'success')
  expect(ledger.violations(wellKept(), { settled: true })).toEqual([
    `region: ${key} is over and has an open alert`,
    'region: q1 has lost its result success',
  ])
})

test('what the model refuses is approved by nobody', () => {
  const ledger = createLedger()
  ledger.asks('q1', 'leaf', 'l2', 'reject')
  expect(ledger.violations(wellKept(), { settled: false })).toEqual([
    'region: q1 is approved though the model refuses it',
  ])
})

test('an ancestor owes what its children acknowledged only when all has arrived', () => {
  const nothing = { reports: new Map(), alerts: new Map(), blockers: new Map(), decisions: new Map() }
  const atRoot = { ...wellKept(nothing), monitorId: 'root' }
  expect(filledLedger().violations(atRoot, { settled: false })).toEqual([])
  expect(filledLedger().violations(atRoot, { settled: true })).toHaveLength(3)
})

describe('notices', () => {
  const notice = (kind: string, n: string, atMs = 1_500): ToldNotice => ({
    monitorId: 'region',
    key: n,
    kind,
    alerts: [{ agent_id: 'leaf', ...fault }],
    atMs,
  })
  test.each<[string, boolean, ToldNotice[], number]>([
    ['fires and is over', true, [notice('firing', '1'), notice('resolved', '2')], 0],
    ['the same notice twice', false, [notice('firing', '1'), notice('firing', '1')], 2],
    ['fires twice', false, [notice('firing', '1'), notice('firing', '2')], 1],
    ['is over without having fired', true, [notice('resolved', '1')], 1],
    ['is told long after it was over', true, [notice('firing', '1', 60_000)], 1],
    ['is told to be over while it is there', false, [notice('firing', '1'), notice('resolved', '2')], 1],
  ])('%s', (_what, isOver, told, expected) => {
    const ledger = filledLedger()
    if (isOver) ledger.shows('leaf', [], 2_000)
    for (const one of told) ledger.told(one)
    expect(ledger.noticeViolations({ settled: true })).toHaveLength(expected)
  })
})
