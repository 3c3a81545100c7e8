import type { DecisionResult } from '../../contract/decisions.ts'
import type { Database } from '../../db/open.ts'
import { ownerPath } from '../alerts/owner-path.ts'
import { appendAudit } from '../audit/audit.store.ts'
import { type Actor, actorName } from '../auth/actor.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import type { Units } from '../changes/units.ts'
import type { Commands } from '../commands/commands.service.ts'
import type { PolicySection } from '../../platform/config/decisions.section.ts'
import { alreadySettled, decidedElsewhere, decisionNotFound, otherRequest, policyForbids } from './decisions.errors.ts'
import { decisionById, type DecisionFilter, type FoundDecision, listDecisions } from './decisions.store.ts'
import { ownVerdict } from './own-verdict.ts'
import { recordResult } from './results.ts'
import { settleDecision } from './settling.ts'
import { decisionDetail, decisionView } from './view.ts'

/** What people see of decisions and decide themselves (spec: 决策管理接口 4, 5; rulings: human gate). */
export function createHumanGate(parts: {
  database: Database
  units: Units
  commands: Commands
  policy: PolicySection
  selfId: string
  /** Whether decisions end here: no parent, or an authority of its own. */
  isAuthority: () => boolean
  approvalValidMs: number
  clock: () => number
}) {
  const { database, units, commands, policy, selfId, isAuthority, approvalValidMs, clock } = parts

  async function visible(actor: Actor, id: number): Promise<FoundDecision> {
    const found = await decisionById(database.db, id)
    if (!found || !isVisible(visibilityOf(actor), found)) throw decisionNotFound(id)
    return found
  }

  /** A person may take part where the decision waits: at its authority; to refuse, anywhere on its way. */
  function demandAuthority(found: FoundDecision): void {
    if (!decidesHere(found)) throw decidedElsewhere(found.row.authority ?? 'upstream')
  }

  function decidesHere({ row: { authority } }: FoundDecision): boolean {
    return authority === selfId || (authority === null && isAuthority())
  }

  async function decide(actor: Actor, id: number, status: 'approved' | 'rejected', reason: string) {
    const found = await visible(actor, id)
    if (found.row.status !== 'pending') throw alreadySettled(id, found.row.status)
    const decidedAt = new Date(clock())
    const own = ownVerdict(found.row, found, { policy, selfId, at: decidedAt })
    if (status === 'approved') {
      demandAuthority(found)
      if (own.hop.verdict === 'deny') throw policyForbids(id, own.text)
    }
    const by = actorName(actor)
    return await units.run(async (unit) => {
      const hops = [
        ...found.row.hops,
        ...(found.row.hops.includes(own.hop) ? [] : [own.hop]),
        {
          agent_id: selfId,
          verdict: status === 'approved' ? ('approve' as const) : ('deny' as const),
          reason: `human:${by}`,
          at: decidedAt.toISOString(),
          person: by,
          note: reason,
        },
      ]
      const settlement = {
        status,
        reason,
        llmAnalysis: found.row.llmAnalysis,
        decidedBy: 'human' as const,
        authority: selfId,
        hops,
        decidedAt,
        expiresAt: status === 'approved' ? new Date(decidedAt.getTime() + approvalValidMs) : found.row.expiresAt,
      }
      const settled = await settleDecision(unit, found.row, found.agentId, settlement)
      if (!settled) {
        const now = (await decisionById(unit.tx, id))?.row.status ?? 'expired'
        throw alreadySettled(id, now === 'pending' ? 'expired' : now)
      }
      await appendAudit(unit.tx, {
        actor,
        action: `decision.${status === 'approved' ? 'approve' : 'reject'}`,
        target: found.agentId,
        details: { request_id: settled.requestId, reason },
      })
      await commands.send(unit, ownerPath(found), 'decision.settle', {
        agent_id: found.agentId,
        request_id: settled.requestId,
        status,
        reason,
        decided_by: 'human',
        authority: selfId,
        hops,
        valid_for_ms: status === 'approved' ? approvalValidMs : 0,
      })
      return decisionView({ row: settled, agentId: found.agentId })
    })
  }

  return {
    /** Decisions the actor may see, newest first. */
    async list(actor: Actor, filter: Omit<DecisionFilter, 'visibility'>) {
      const { rows, total } = await listDecisions(database.db, { ...filter, visibility: visibilityOf(actor) })
      return { total, limit: filter.limit, offset: filter.offset, decisions: rows.map(decisionView) }
    },

    /** One decision with its whole way. Throws NOT_FOUND, also for one that the actor may not see. */
    async get(actor: Actor, id: number) {
      const found = await visible(actor, id)
      return decisionDetail(found, decidesHere(found))
    },

    /** Keeps what came of an approved repair, from the node that carried it out (rulings: result of an execution). */
    async recordResult(actor: Actor, id: number, result: DecisionResult) {
      const found = await visible(actor, id)
      if (result.request_id !== undefined && result.request_id !== found.row.requestId)
        throw otherRequest(id, result.request_id)
      const row = await units.run((unit) => recordResult(unit, found, result, new Date(clock())))
      return decisionView({ row, agentId: found.agentId })
    },

    /** Lets a waiting repair happen. Throws CONFLICT when it is settled or belongs to another monitor. */
    approve: (actor: Actor, id: number, reason: string) => decide(actor, id, 'approved', reason),

    /** Refuses a waiting repair. Throws CONFLICT when it is settled. */
    reject: (actor: Actor, id: number, reason: string) => decide(actor, id, 'rejected', reason),
  }
}
export type HumanGate = ReturnType<typeof createHumanGate>
