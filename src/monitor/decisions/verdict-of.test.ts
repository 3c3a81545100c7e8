import { expect, test } from 'vitest'
import { PolicySection } from '../../platform/config/decisions.section.ts'
import type { Judgement } from './judge/judgement.ts'
import { applyPolicy } from './policy.ts'
import { verdictOf } from './verdict-of.ts'

const policyFor = (fix: string, rules: unknown[] = []) =>
  applyPolicy(
    {
      issue: { type: 't', description: 'd', severity: 'high', proposed_fix: fix, details: {} },
      agentId: 'a',
      path: [],
    },
    PolicySection.parse({ rules }),
  )
const approve: Judgement = { outcome: 'approve', reason: '低风险', analysis: 'fine', riskLevel: 'low', tookMs: 5 }
const reject: Judgement = { ...approve, outcome: 'reject', reason: '高风险' }
const none = (why: Extract<Judgement, { outcome: 'none' }>['why']): Judgement => ({ outcome: 'none', why, detail: '' })

const known = 'systemctl restart nginx'
const sensitive = 'run command flush-cache'

test.each<[string, Judgement | null, string, string | null, string]>([
  [known, approve, 'approved', 'llm', 'judge_approved'],
  [known, reject, 'rejected', 'llm', 'judge_rejected'],
  [known, none('refused'), 'rejected', 'llm', 'judge_refused'],
  [known, none('timeout'), 'pending', null, 'judge_timeout'],
  [known, none('unparseable'), 'pending', null, 'judge_unparseable'],
  [known, none('budget'), 'pending', null, 'judge_budget'],
  [known, none('circuit_open'), 'pending', null, 'judge_circuit_open'],
  [known, none('unavailable'), 'pending', null, 'judge_unavailable'],
  [known, none('overloaded'), 'pending', null, 'judge_overloaded'],
  [known, none('cancelled'), 'pending', null, 'judge_cancelled'],
  [known, null, 'approved', 'policy', 'known_action'],
  [sensitive, null, 'pending', null, 'sensitive_action'],
  [sensitive, approve, 'approved', 'llm', 'judge_approved'],
  ['rm -rf /', approve, 'rejected', 'policy', 'destructive_command'],
  ['rm -rf /', null, 'rejected', 'policy', 'destructive_command'],
  ['please restart it', approve, 'pending', null, 'unknown_action'],
])('%j with the judgement %j is %s by %s for %s', (fix, judgement, status, decidedBy, reason) => {
  expect(verdictOf(policyFor(fix), judgement)).toMatchObject({ status, decidedBy, reason })
})

test('an approval without a model says that the policy alone decided', () => {
  const { text } = verdictOf(policyFor(known), null)
  expect(text.zh).toContain('未配置模型')
  expect(text.en).toContain('the policy alone decided')
})

test('what a rule wants escalated waits for a person where nobody is above', () => {
  expect(verdictOf(policyFor(known, [{ name: 'up', verdict: 'escalate' }]), approve)).toMatchObject({
    status: 'pending',
    reason: 'up',
  })
})

test('a rule approves without asking the model', () => {
  expect(verdictOf(policyFor(known, [{ name: 'ok', verdict: 'approve' }]), reject)).toMatchObject({
    status: 'approved',
    decidedBy: 'policy',
    reason: 'ok',
  })
})
