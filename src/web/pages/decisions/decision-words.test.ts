import { expect, test } from 'vitest'
import type { DecisionDetail } from '../../../contract/decisions.ts'
import { notRunText, reasonOf } from './decision-words.tsx'

const t = (key: string) => `text of ${key}`
const hop = { agent_id: 'root', verdict: 'judge', reason: 'known_action', at: '2026-11-21T10:00:00.000Z' } as const
const text = { zh: '中文', en: 'English' }
const silent = {
  model: 'some-model',
  outcome: 'none',
  why: 'timeout',
  reason: null,
  risk_level: null,
  took_ms: 1,
  input_tokens: null,
  output_tokens: null,
} as const

function decision(values: Partial<DecisionDetail>): DecisionDetail {
  const some = { authority: 'root', reason: 'as it was written', whole_path: [], decided_by: null, status: 'pending' }
  return { ...some, ...values } as unknown as DecisionDetail
}

test.each([
  ['the policy', decision({ decided_by: 'policy', whole_path: [{ ...hop, text }] }), 'English'],
  ['a model that was silent', decision({ whole_path: [{ ...hop, text, model: silent }] }), 'text of timeout'],
  [
    'a person after a silent model',
    decision({ decided_by: 'human', status: 'approved', whole_path: [{ ...hop, text, model: silent }] }),
    'as it was written',
  ],
  ['an owner that was silent', decision({ status: 'expired', reason: 'owner_silent' }), 'text of ownerSilent'],
  ['a monitor of an older version', decision({ decided_by: 'policy' }), 'as it was written'],
])('why a decision is as it is, of %s', (_who, given, said) => {
  expect(reasonOf(given, t, 'en')).toBe(said)
})

test('a repair that was not run says why; what a program printed stays as it is', () => {
  expect(notRunText(t, 'not run: rebooted')).toBe('text of rebooted')
  expect([notRunText(t, 'not run: toString'), notRunText(t, 'done'), notRunText(t, null)]).toEqual([null, null, null])
})
