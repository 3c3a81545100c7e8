import { z } from 'zod'
import { DecisionHop } from '../../contract/decision-path.ts'
import { DecidedBy, DecisionStatus } from '../../contract/rollup.ts'
import type { PolicySection } from '../../platform/config/decisions.section.ts'
import type { Unit } from '../changes/units.ts'
import type { Commands } from '../commands/commands.service.ts'
import { findNode } from '../nodes/nodes.store.ts'
import { type DecisionRow, decisionOf, noteRow } from './decisions.store.ts'
import { joinHops, ownVerdict } from './own-verdict.ts'
import { followed } from './policy-narrow.ts'
import { settleDecision } from './settling.ts'

/** What the command `decision.settle` says; `pending` takes nothing away and gives nothing. */
const Settled = z.object({
  agent_id: z.string(),
  request_id: z.string(),
  status: DecisionStatus,
  reason: z.string(),
  decided_by: DecidedBy.nullable(),
  authority: z.string().nullable(),
  hops: z.array(DecisionHop),
  valid_for_ms: z.number().int().min(0),
})
type Settled = z.infer<typeof Settled>

/**
 * An ancestor's people decided, and it comes down as a command: followed here as far as this monitor's own policy and
 * people let it, and what was made of it here is what the next monitor gets. So nobody below sees an approval that a
 * monitor between has refused. The time that it waited for a link is taken off its freshness.
 */
export function followAncestors(parts: {
  commands: Commands
  policy: PolicySection
  selfId: string
  isAuthority: () => boolean
  clock: () => number
}): void {
  const { commands, policy, selfId, isAuthority, clock } = parts

  commands.handle('decision.settle', async (unit, payload, waitedMs) => {
    const told = Settled.parse(payload)
    const above = { ...told, valid_for_ms: Math.max(0, told.valid_for_ms - waitedMs) }
    const node = await findNode(unit.tx, above.agent_id)
    const row = node && (await decisionOf(unit.tx, node.id, above.request_id))
    // Nothing is known of it here, so nothing here has agreed to it.
    if (!row) return above.status === 'approved' ? { ...above, status: 'pending', valid_for_ms: 0 } : above
    const at = new Date(clock())
    const { hop, text } = ownVerdict(row, node, { policy, selfId, at })
    const said = { status: above.status, decidedBy: above.decided_by }
    const status = followed(row.status, said, { verdict: hop.verdict, isAuthority: isAuthority() })
    const ours = row.hops.includes(hop) ? row.hops : [...row.hops, hop]
    const refusedHere = status === 'rejected' && row.status === 'pending' && above.status === 'approved'
    const end = refusedHere
      ? { ...above, status, reason: text.zh, decided_by: 'policy' as const, authority: selfId, hops: ours }
      : { ...above, status, hops: joinHops(ours, above.hops) }
    if (status === row.status) return await unchanged(unit, row, above, at)
    const settled = await settleDecision(unit, row, above.agent_id, settlementOf(row, end, at), row.status)
    return settled ? end : { ...end, status: 'pending', valid_for_ms: 0 }
  })

  /**
   * Ours stands, and is what goes on; an approval that is not taken waits for a person here. An authority that has approved by
   * itself hands on that approval: one from above it must count for nobody below.
   */
  async function unchanged(unit: Unit, row: DecisionRow, above: Settled, at: Date): Promise<Settled> {
    const { status, reason, decidedBy, authority, hops } = row
    const ours = { ...above, status, reason, decided_by: decidedBy, authority, hops, valid_for_ms: 0 }
    if (status === 'approved' && above.status === 'approved' && isAuthority())
      return { ...ours, valid_for_ms: Math.max(0, row.expiresAt.getTime() - at.getTime()) }
    if (status === 'approved' || status === above.status) return above
    if (status === 'pending') await noteRow(unit.tx, row.id, { reason: above.reason, hops, authority: selfId })
    return ours
  }
}

function settlementOf(row: DecisionRow, end: Settled, decidedAt: Date) {
  const { status, reason, decided_by, authority, hops, valid_for_ms } = end
  return {
    status,
    reason,
    llmAnalysis: row.llmAnalysis,
    decidedBy: decided_by,
    authority,
    hops,
    decidedAt,
    expiresAt: status === 'approved' ? new Date(decidedAt.getTime() + valid_for_ms) : row.expiresAt,
  }
}
