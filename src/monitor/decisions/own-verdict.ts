import type { DecisionHop } from '../../contract/decision-path.ts'
import type { DecisionIssue } from '../../contract/decisions.ts'
import type { PublicText } from '../../contract/errors.ts'
import type { PolicySection } from '../../platform/config/decisions.section.ts'
import { ownerPath } from '../alerts/owner-path.ts'
import type { NodeRow } from '../nodes/nodes.store.ts'
import type { DecisionRow } from './decisions.store.ts'
import { applyPolicy } from './policy.ts'

/**
 * What this monitor's policy says about a decision that it holds: what it said when it was asked, or says now of a copy
 * that it was never asked about.
 */
export function ownVerdict(
  row: DecisionRow,
  node: Pick<NodeRow, 'role' | 'path' | 'agentId'>,
  here: { policy: PolicySection; selfId: string; at: Date },
): { hop: DecisionHop; text: PublicText } {
  const { policy, selfId, at } = here
  const said = row.hops.find((hop) => hop.agent_id === selfId)
  if (said) return { hop: said, text: { zh: said.reason, en: said.reason } }
  const path = ownerPath(node).slice(1).toReversed()
  const { verdict, reason, text } = applyPolicy({ issue: issueOf(row), agentId: node.agentId, path }, policy)
  return { hop: { agent_id: selfId, verdict, reason, at: at.toISOString(), rule: reason, text }, text }
}

function issueOf(row: DecisionRow): DecisionIssue {
  const { issueType, issueDescription, severity, proposedAction } = row
  const copied = { type: issueType, description: issueDescription, severity, proposed_fix: proposedAction, details: {} }
  return row.issue ?? copied
}

/** The way of a decision with the end that came from above: this side's part of it, then that of whoever told it. */
export function joinHops(ours: readonly DecisionHop[], above: readonly DecisionHop[]): DecisionHop[] {
  const from = ours.findIndex((hop) => hop.agent_id === above[0]?.agent_id)
  return [...(from === -1 ? ours : ours.slice(0, from)), ...above]
}
