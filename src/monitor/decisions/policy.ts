import { actionFromText, actionTarget, type Action } from '../../contract/actions.ts'
import type { DecisionHop } from '../../contract/decision-path.ts'
import type { DecisionIssue } from '../../contract/decisions.ts'
import type { PublicText } from '../../contract/errors.ts'
import type { PolicyMatch, PolicyRule, PolicySection } from '../../platform/config/decisions.section.ts'
import { globMatches } from '../../lib/glob.ts'
import { whyNeverAllowed } from './policy-never.ts'
import { policyReasons, type PolicyReason } from './policy-reasons.ts'

export interface PolicyInput {
  issue: DecisionIssue
  /** The node that asks. */
  agentId: string
  /** The monitors that the request came through, first hop first. */
  path: readonly string[]
}

export interface PolicyOutcome {
  verdict: DecisionHop['verdict']
  /** A stable name: one of `policyReasons` or the name of a configured rule. */
  reason: string
  text: PublicText
  /** The one action this is about; null when it is none, and then nothing may be approved without a person. */
  action: Action | null
  /** What the verdict becomes at an authority that has no model. */
  withoutModel: 'approve' | 'deny' | 'human'
}

/**
 * What this monitor says about a proposed fix, before any model: first what is never allowed, then the configured
 * rules in their order, then the defaults. Pure; never throws.
 */
export function applyPolicy(input: PolicyInput, policy: PolicySection): PolicyOutcome {
  const never = whyNeverAllowed(input.issue, policy.protected_services)
  if (never) return builtIn('deny', never.reason, null, 'deny', never.kind)
  const action = input.issue.action ?? actionFromText(input.issue.proposed_fix)
  const rule = policy.rules.find((candidate) => applies(candidate, input, action))
  if (rule) return byRule(rule, action)
  if (action === null) return builtIn('human', 'unknown_action', null, 'human')
  if (action.type === 'process.stop' || action.type === 'command.run') {
    return builtIn('judge', 'sensitive_action', action, 'human')
  }
  return builtIn('judge', 'known_action', action, 'approve')
}

function builtIn(
  verdict: PolicyOutcome['verdict'],
  reason: PolicyReason,
  action: Action | null,
  withoutModel: PolicyOutcome['withoutModel'],
  kind: string | null = null,
): PolicyOutcome {
  const { zh, en } = policyReasons[reason]
  const text = kind === null ? { zh, en } : { zh: `${zh}（${kind}）`, en: `${en} (${kind})` }
  return { verdict, reason, text, action, withoutModel }
}

const withoutModelOf = { deny: 'deny', approve: 'approve', human: 'human', escalate: 'human' } as const

function byRule(rule: PolicyRule, action: Action | null): PolicyOutcome {
  return {
    verdict: rule.verdict,
    reason: rule.name,
    text: { zh: `策略规则 ${rule.name}`, en: `policy rule ${rule.name}` },
    action,
    withoutModel: rule.verdict === 'judge' ? rule.without_model : withoutModelOf[rule.verdict],
  }
}

/** A rule that could lead to an approval applies to known actions only: free text stays with people. */
function applies(rule: PolicyRule, input: PolicyInput, action: Action | null): boolean {
  if (action === null && (rule.verdict === 'approve' || rule.verdict === 'judge')) return false
  return matches(rule.match, input, action)
}

function matches(match: PolicyMatch, { issue, agentId, path }: PolicyInput, action: Action | null): boolean {
  if (match.action && (action === null || !match.action.includes(action.type))) return false
  if (match.target !== undefined && (action === null || !globMatches(match.target, actionTarget(action)))) return false
  if (match.agent_id !== undefined && !globMatches(match.agent_id, agentId)) return false
  const { below } = match
  if (below !== undefined && !path.some((hop) => globMatches(below, hop))) return false
  if (match.severity && !match.severity.includes(issue.severity)) return false
  return match.issue_type === undefined || globMatches(match.issue_type, issue.type)
}
