/** What is known of the name that a registering node claims. */
export interface Claim {
  agentId: string
  nodeUid: string | null
  self: { agentId: string; nodeUid: string | null }
  /** agent_ids of this monitor's own ancestors. */
  lineage: readonly string[]
  existing: { nodeUid: string | null; removed: 'deleted' | 'moved' | null; everSeen: boolean } | null
}

export type Admission = 'new' | 'known' | 'adopt' | 'loop' | 'taken' | 'deleted'

/**
 * Whether a node may join under the name it claims, and as what. A name belongs to the machine that joined with it
 * (its node_uid); a node made by hand that was never heard of is adopted by the first machine that claims it; who was
 * deleted stays out, while another machine may take the freed name.
 */
export function admit(claim: Claim): Admission {
  const { agentId, nodeUid, self, lineage, existing } = claim
  if (agentId === self.agentId || (nodeUid !== null && nodeUid === self.nodeUid) || lineage.includes(agentId))
    return 'loop'
  if (!existing) return 'new'
  const sameMachine = existing.nodeUid === nodeUid
  if (existing.removed !== null) return sameMachine && existing.removed === 'deleted' ? 'deleted' : 'new'
  if (sameMachine) return 'known'
  return existing.nodeUid === null && !existing.everSeen ? 'adopt' : 'taken'
}
