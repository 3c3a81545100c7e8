import { z } from 'zod'
import { AgentId } from '../contract/common.ts'
import { LinkMethods } from '../contract/link.ts'
import { LinkError } from '../tree/link/fault.ts'
import type { Methods } from '../tree/link/methods.ts'
import type { ReplicaPart } from './replicas-part.ts'

type NameAnswer = 'free' | 'taken' | 'deleted' | 'unknown'
interface Claim {
  agentId: string
  nodeUid: string | null
}

const nameMethod = 'replica.check_name'
const flushMethod = 'replica.flush'
const nameDeadlineMs = 3_000
const flushDeadlineMs = 10_000
const Nothing = z.object({})

/** What the process that leads does for the others: it alone speaks with the parent over the link, and for the region. */
export function registerReplicaMethods(
  methods: Methods,
  parts: { checkAbove: (claim: Claim) => Promise<NameAnswer>; flush: () => Promise<void> },
): void {
  methods.register({
    name: nameMethod,
    ...LinkMethods['name.check'],
    handle: async ({ agent_id, node_uid }) => ({
      answer: await parts.checkAbove({ agentId: agent_id, nodeUid: node_uid }),
    }),
  })
  methods.register({
    name: flushMethod,
    params: Nothing,
    result: Nothing,
    async handle() {
      await parts.flush()
      return {}
    },
  })
}

/** Whether the tree above has a name free. Rejects with LinkError when the process that leads cannot be asked. */
export async function askLeaderForName({ leader }: Pick<ReplicaPart, 'leader'>, claim: Claim): Promise<NameAnswer> {
  const params = { agent_id: AgentId.parse(claim.agentId), node_uid: claim.nodeUid }
  const link = leader()
  const answer = LinkMethods['name.check'].result.safeParse(
    await link.call(nameMethod, params, { deadlineMs: nameDeadlineMs }),
  )
  if (!answer.success) throw new LinkError('REMOTE', link.peerId(), nameMethod)
  return answer.data.answer
}

/** The process that leads sends the parent what has changed until now. Rejects when it, or the parent, cannot be reached. */
export async function flushByLeader({ leader }: Pick<ReplicaPart, 'leader'>): Promise<void> {
  await leader().call(flushMethod, {}, { deadlineMs: flushDeadlineMs })
}
