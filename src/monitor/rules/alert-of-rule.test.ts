import { expect, test } from 'vitest'
import type { RuleType } from '../../contract/alert-rules.ts'
import { faultOf, subjectOf } from './alert-of-rule.ts'
import type { RuleRow } from './rules.store.ts'

const at = new Date('2026-01-01T00:00:00.000Z')
const rule = (type: RuleType, more: Partial<RuleRow> = {}): RuleRow => ({
  id: 1,
  uid: 'u-1',
  madeAt: 'root',
  inherited: false,
  agentId: null,
  type,
  name: '',
  target: null,
  threshold: 80,
  recoveryThreshold: null,
  durationS: 300,
  severity: 'high',
  repeatIntervalS: null,
  enabled: true,
  revision: 1,
  createdBy: 'admin',
  createdAt: at,
  updatedAt: at,
  ...more,
})

test.each<[RuleRow, number | null, string | undefined, string]>([
  [rule('cpu', { name: 'busy' }), 93.256, undefined, 'cpu: 93.26% (rule “busy”: 80% or more for 300 s)'],
  [rule('load', { threshold: 8, durationS: 0 }), 9, undefined, 'load: 9 (rule: 8 or more)'],
  [rule('network', { threshold: 5000 }), 6000, undefined, 'network: 6000 B/s (rule: 5000 B/s or more for 300 s)'],
  [
    rule('container', { threshold: 1, target: 'web' }),
    0,
    'state: exited',
    'container web: 0 running (rule: fewer than 1 for 300 s): state: exited',
  ],
  [rule('status', { threshold: 0 }), null, undefined, 'Not online for 300 s (rule)'],
])('an alert says what was seen and by which rule it is wrong: %#', (row, value, note, text) => {
  expect(faultOf(row, 7, { value, sinceMs: 0, note }).description).toBe(text)
})

test('an alert is about its rule, and of a rule with a target about that', () => {
  expect(subjectOf(rule('cpu'))).toBe('u-1')
  expect(subjectOf(rule('process', { target: 'nginx' }))).toBe('u-1:nginx')
})

test('the figures of an alert are those of the rule, and a rule without figures has none', () => {
  const fault = faultOf(rule('cpu', { repeatIntervalS: 600 }), 7, { value: 90, sinceMs: 0 })
  expect(fault).toMatchObject({ value: 90, threshold: 80, details: { repeat_interval_s: 600, duration_s: 300 } })
  const status = faultOf(rule('status'), 7, { value: null, sinceMs: 0 })
  expect([status.value, status.threshold]).toEqual([undefined, undefined])
})
