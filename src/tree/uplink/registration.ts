import type { JsonObject, NodeRole } from '../../contract/common.ts'
import { type AppError, conflict, forbidden, invalidRequest, unauthorized } from '../../contract/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { type ParentEntry, activeParent, parentAt, withParent } from './identity.ts'
import type { IdentityKeeper } from './identity.ts'
import type { ParentClient } from './parent-client.ts'
import { ParentError } from './parent-error.ts'

/** What a node says of itself when it registers. */
export interface Introduction {
  agentId: string
  name: string
  role: NodeRole
  version: string
  metadata: JsonObject
}

export interface JoinOptions {
  /** The parent's address, as `normalizeParentUrl` writes it. */
  url: string
  token: string
  introduction: Introduction
  identity: IdentityKeeper
  client: Pick<ParentClient, 'register'>
  logger: Logger
  signal?: AbortSignal
}

/**
 * Registers at one parent and keeps the key it gives, which becomes the parent in use. Moving to another parent raises the
 * generation, joining the same one again only renews the key. Throws ParentError when trying again may help, else an AppError
 * that says what to do.
 */
export async function joinParent(options: JoinOptions): Promise<ParentEntry> {
  const { url, identity, logger } = options
  const before = identity.read()
  const known = parentAt(before, url)
  const current = activeParent(before)
  const isSame = known !== undefined && current !== undefined && known.parent === current.parent
  let generation = isSame ? before.generation : before.generation + 1
  let joined = await register(options, generation)
  if (isSame && joined.entry.parent !== current.parent) {
    // Another monitor answers at the old address: a move that only its answer could show.
    generation += 1
    joined = await register(options, generation)
  }
  const { entry } = joined
  generation = Math.max(generation, joined.generation)
  await identity.write(withParent(identity.read(), entry, generation))
  logger.info(
    { url, parent: entry.parent, lineage: entry.lineage, generation },
    'this node is registered at its parent',
  )
  return entry
}

async function register(options: JoinOptions, claim: number): Promise<{ entry: ParentEntry; generation: number }> {
  const { url, token, introduction, identity, client, signal } = options
  const { agentId, ...rest } = introduction
  try {
    const receipt = await client.register(
      url,
      { agent_id: agentId, ...rest, registration_token: token, node_uid: identity.read().node_uid, generation: claim },
      { signal },
    )
    if (receipt.lineage.includes(agentId) || receipt.parent === agentId) throw ownAncestor(agentId, receipt.lineage)
    const { api_key, parent, lineage, registered_at, generation } = receipt
    return { entry: { url, api_key, parent, lineage, registered_at }, generation }
  } catch (error) {
    throw error instanceof ParentError ? (fatal(error, url, agentId) ?? error) : error
  }
}

function ownAncestor(agentId: string, lineage: string[]): AppError {
  return conflict(
    `节点 ${agentId} 不能成为自己的上级：上级链路为 ${lineage.join(' → ')}`,
    `Node ${agentId} would be its own ancestor: the parent's lineage is ${lineage.join(' → ')}. Choose a parent outside its own subtree`,
  )
}

/** The refusals that no repeat can change, in words for the person who joins the node. */
function fatal(error: ParentError, url: string, agentId: string): AppError | undefined {
  const extra = { internal: `${url} refused the registration: ${error.message}`, cause: error }
  if (error.status === 401) {
    return unauthorized(
      `${url} 拒绝了注册令牌：请检查 upstream.token 是否与上级的 monitor.registration_token 一致`,
      `${url} refused the registration token: set upstream.token to the parent's monitor.registration_token`,
      extra,
    )
  }
  if (error.status === 403) {
    return forbidden(
      `${url} 不允许此节点注册：${error.message}`,
      `${url} does not let this node register: ${error.message}`,
      extra,
    )
  }
  if (error.status === 409) {
    return conflict(
      `${url} 拒绝了名称 ${agentId}：它已被另一台机器使用，或会形成环路。请更改 node.id，或在上级删除旧节点（${error.message}）`,
      `${url} refused the name ${agentId}: another machine has it, or it would make a loop. Change node.id, or delete the old node at the parent (${error.message})`,
      extra,
    )
  }
  if (error.kind === 'rejected') {
    return invalidRequest(
      `${url} 拒绝了注册：${error.message}`,
      `${url} refused the registration: ${error.message}`,
      extra,
    )
  }
  return undefined
}
