import type { DecisionHop, ModelAnswer } from '../../contract/decision-path.ts'
import type { DecisionAnswer, DecisionRequest } from '../../contract/decisions.ts'
import type { PolicySection } from '../../platform/config/decisions.section.ts'
import type { DecisionRow, Settlement } from './decisions.store.ts'
import type { Judge } from './judge/judge.ts'
import type { Judgement } from './judge/judgement.ts'
import { narrow } from './policy-narrow.ts'
import { applyPolicy, type PolicyOutcome } from './policy.ts'
import { verdictOf } from './verdict-of.ts'

/** Asks the parent. Rejects when it cannot be asked or does not answer in time. */
export type Escalate = (
  request: DecisionRequest,
  options: { deadlineMs: number; signal: AbortSignal },
) => Promise<DecisionAnswer>

/** What came of a deliberation: an end, or why it is still open. */
export type Outcome =
  | { settled: Settlement }
  | { pending: { reason: string; hops: DecisionHop[]; authority: string | null } }

export interface DeliberationParts {
  policy: PolicySection
  judge: Judge
  selfId: string
  /** Null when there is no parent, or this monitor is its own authority. */
  escalate: Escalate | null
  approvalValidMs: number
  clock: () => number
  /** The model is about to be asked about this decision. */
  onJudging(row: DecisionRow): Promise<void>
}

/**
 * What this monitor makes of a request: its own policy first, then the authority, which is the parent or itself.
 * What the own policy denies nobody above can approve. Never rejects: what goes wrong leaves the decision pending.
 */
export async function deliberate(
  parts: DeliberationParts,
  row: DecisionRow,
  request: DecisionRequest,
  options: { deadlineMs: number; signal: AbortSignal },
): Promise<Outcome> {
  const policy = applyPolicy(
    { issue: request.issue, agentId: request.agent_id, path: request.path ?? [] },
    parts.policy,
  )
  const startedAtMs = parts.clock()
  const hop: DecisionHop = {
    agent_id: parts.selfId,
    verdict: policy.verdict,
    reason: policy.reason,
    at: new Date(startedAtMs).toISOString(),
    rule: policy.reason,
    text: policy.text,
  }
  if (policy.verdict === 'deny' || parts.escalate === null)
    return await decideHere(parts, row, request, policy, hop, options)
  return await decideAbove(parts, row, request, policy, hop, parts.escalate, options)
}

async function decideHere(
  parts: DeliberationParts,
  row: DecisionRow,
  request: DecisionRequest,
  policy: PolicyOutcome,
  hop: DecisionHop,
  options: { deadlineMs: number; signal: AbortSignal },
): Promise<Outcome> {
  const { judge, selfId, clock } = parts
  const asks = policy.verdict === 'judge' && judge.configured
  if (asks) await parts.onJudging(row)
  const input = { agentId: request.agent_id, issue: request.issue, context: request.context, action: policy.action }
  const askedAtMs = clock()
  const judgement = asks ? await judge.judge(input, options) : null
  const verdict = verdictOf(policy, judgement)
  const answer = judgement && { model: modelAnswer(judge.model ?? '', judgement, clock() - askedAtMs) }
  const hops = [{ ...hop, ...answer, reason: verdict.reason, took_ms: tookMs(hop, clock) }]
  const reason = verdict.text.zh
  if (verdict.status === 'pending') return { pending: { reason, hops, authority: selfId } }
  const decidedAt = new Date(clock())
  return {
    settled: {
      status: verdict.status,
      reason,
      llmAnalysis: verdict.analysis,
      decidedBy: verdict.decidedBy,
      authority: selfId,
      hops,
      decidedAt,
      expiresAt: verdict.status === 'approved' ? new Date(decidedAt.getTime() + parts.approvalValidMs) : row.expiresAt,
    },
  }
}

async function decideAbove(
  parts: DeliberationParts,
  row: DecisionRow,
  request: DecisionRequest,
  policy: PolicyOutcome,
  hop: DecisionHop,
  escalate: Escalate,
  options: { deadlineMs: number; signal: AbortSignal },
): Promise<Outcome> {
  const { selfId, clock } = parts
  const timed = (): DecisionHop => ({ ...hop, took_ms: tookMs(hop, clock) })
  let answer: DecisionAnswer
  try {
    const upward = {
      ...request,
      request_id: row.requestId,
      deadline_ms: options.deadlineMs,
      path: [...(request.path ?? []), selfId],
      hops: [...(request.hops ?? []), hop].slice(-64),
    }
    answer = await escalate(upward, options)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { pending: { reason: `上级暂时无法决定：${why}`, hops: [timed()], authority: row.authority } }
  }
  const hops = [timed(), ...answer.path]
  const status = narrow(policy.verdict, { status: answer.status, decidedBy: answer.decided_by })
  if (status === 'pending') {
    const ours = answer.status === 'approved'
    return {
      pending: { reason: ours ? policy.text.zh : answer.reason, hops, authority: ours ? selfId : answer.authority },
    }
  }
  const decidedAt = new Date(clock())
  return {
    settled: {
      status,
      reason: answer.reason,
      llmAnalysis: answer.llm_analysis,
      decidedBy: answer.decided_by,
      authority: answer.authority,
      hops,
      decidedAt,
      expiresAt: status === 'approved' ? new Date(decidedAt.getTime() + answer.valid_for_ms) : row.expiresAt,
    },
  }
}

function tookMs(hop: DecisionHop, clock: () => number): number {
  return Math.max(0, clock() - Date.parse(hop.at))
}

function modelAnswer(model: string, judgement: Judgement, took: number): ModelAnswer {
  const answered = judgement.outcome === 'none' ? null : judgement
  return {
    model: model.slice(0, 256),
    outcome: judgement.outcome,
    why: judgement.outcome === 'none' ? judgement.why : null,
    reason: answered?.reason ?? null,
    risk_level: answered?.riskLevel ?? null,
    took_ms: Math.max(0, took),
    input_tokens: answered?.tokens?.input ?? null,
    output_tokens: answered?.tokens?.output ?? null,
  }
}
