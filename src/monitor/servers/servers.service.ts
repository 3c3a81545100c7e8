import { sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { NewServer, Server, ServerChange, ServerFacts } from '../../contract/better-monitor/servers.ts'
import type { Database, Executor } from '../../db/open.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Actor, NodeActor } from '../auth/actor.ts'
import type { Keys } from '../auth/keys.service.ts'
import { can } from '../auth/permissions.ts'
import { findUserById } from '../auth/users.store.ts'
import type { Unit, Units } from '../changes/units.ts'
import { writeIntents } from '../intents/intents.store.ts'
import type { RemovalService } from '../membership/removal.service.ts'
import { listNodes, nodeWithState } from '../nodes/node-list.store.ts'
import { findNode, type NodeRow, nodeById, putNode, selfNode, updateNode } from '../nodes/nodes.store.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import { agentIdFromName } from './agent-id.ts'
import { serverView } from './server-view.ts'
import { noSuchOwner, notYourServer, onlyAdminsAssign, serverNotFound, tooManyServers } from './servers.errors.ts'

/** Nodes as servers (spec: 服务器管理接口): the same rows, by number. */
export function createServers(parts: {
  database: Database
  units: Units
  keys: Keys
  removal: RemovalService
  maxServers: () => Promise<number>
  clock: () => number
  newSuffix: () => string
}) {
  const { database, units, keys, removal, maxServers, clock, newSuffix } = parts

  async function visible(actor: Actor, id: number): Promise<NodeRow> {
    const node = await nodeById(database.db, id)
    if (!node || node.deletedAt || !isVisible(visibilityOf(actor), node)) throw serverNotFound(id)
    return node
  }

  async function viewOf(db: Executor, agentId: string): Promise<Server> {
    const found = await nodeWithState(db, agentId)
    if (!found) throw new Error(`node ${agentId} is gone`)
    return serverView(found)
  }

  async function freeAgentId(unit: Unit, name: string): Promise<string> {
    for (let suffix = ''; ; suffix = newSuffix()) {
      const agentId = agentIdFromName(name, suffix)
      if (!(await findNode(unit.tx, agentId))) return agentId
    }
  }

  /** A server that a person, or a host with the registration token, adds: known by name, heard of later. */
  async function add(
    unit: Unit,
    actor: Actor,
    server: { name: string; metadata: NodeRow['metadata']; description: string; tags: string; version: string | null },
  ) {
    const [count] = await unit.tx.execute<{ count: number }>(
      sql`select count(*)::int as count from nodes where deleted_at is null`,
    )
    const max = await maxServers()
    if ((count?.count ?? 0) >= max) throw tooManyServers(max)
    const self = await selfNode(unit.tx)
    const agentId = await freeAgentId(unit, server.name)
    const ownerId = actor.kind === 'user' ? actor.userId : null
    const node = await putNode(unit.tx, self, {
      ...server,
      agentId,
      role: 'probe',
      ownerId,
      createdAt: new Date(clock()),
    })
    const { key } = await keys.issue(unit, node, { name: 'server', expiresAt: null })
    unit.changed('node', node.id)
    await appendAudit(unit.tx, { actor, action: 'server.create', target: agentId, details: { name: server.name } })
    await writeIntents(unit.tx, [
      { nodeId: node.id, type: 'milestone', data: `${agentId} was added to ${self.agentId}`, at: new Date(clock()) },
    ])
    return { node, key }
  }

  return {
    /** Servers the actor may see, by number. */
    async list(
      actor: Actor,
      page: { q?: string | undefined; limit: number; offset: number },
    ): Promise<{ servers: Server[]; total: number }> {
      const { rows, counts } = await listNodes(database.db, { ...page, sort: 'id' }, visibilityOf(actor))
      return { servers: rows.map(serverView), total: counts.total }
    },

    /** Throws NOT_FOUND, also for one that the actor may not see. */
    async get(actor: Actor, id: number): Promise<Server> {
      return await viewOf(database.db, (await visible(actor, id)).agentId)
    },

    /** Adds a server and its key, which is seen only now. Throws CONFLICT at the limit of the settings. */
    async create(actor: Actor, server: z.infer<typeof NewServer>): Promise<{ server: Server; secretKey: string }> {
      return await units.run(async (unit) => {
        const { name, ip, description, tags } = server
        const { node, key } = await add(unit, actor, {
          name,
          description,
          tags,
          metadata: ip ? { ip_address: ip } : {},
          version: null,
        })
        return { server: await viewOf(unit.tx, node.agentId), secretKey: key }
      })
    },

    /**
     * Changes what is given. Throws NOT_FOUND, FORBIDDEN when somebody else than an admin gives it away, or
     * INVALID_REQUEST when it is given to nobody who is there.
     */
    async update(actor: Actor, id: number, change: z.infer<typeof ServerChange>): Promise<Server> {
      const node = await visible(actor, id)
      const { user_id, ip, ...fields } = change
      if (user_id !== undefined && !can(actor, 'administer')) throw onlyAdminsAssign()
      return await units.run(async (unit) => {
        if (typeof user_id === 'number' && !(await findUserById(unit.tx, user_id))) throw noSuchOwner(user_id)
        const set = {
          ...fields,
          ...(user_id === undefined ? {} : { ownerId: user_id }),
          ...(ip === undefined ? {} : { metadata: { ...node.metadata, ip_address: ip } }),
        }
        await updateNode(unit.tx, node.id, set)
        unit.changed('node', node.id)
        if (user_id !== undefined) unit.emit('owner_changed', { agent_id: node.agentId })
        await appendAudit(unit.tx, { actor, action: 'server.update', target: node.agentId, details: change })
        return await viewOf(unit.tx, node.agentId)
      })
    },

    /** Deletes a server of any depth for good. Throws NOT_FOUND. */
    async remove(actor: Actor, id: number): Promise<void> {
      await removal.remove(actor, (await visible(actor, id)).agentId)
    },

    /** A node tells of its host, with its own key. */
    async tellFacts(actor: NodeActor, facts: ServerFacts): Promise<{ server_id: number; agent_id: string }> {
      await units.run(async (unit) => {
        const node = await nodeById(unit.tx, actor.nodeId)
        if (!node) throw serverNotFound(actor.nodeId)
        const { name, agent_version } = facts
        await updateNode(unit.tx, node.id, {
          name,
          metadata: { ...node.metadata, ...metadataOf(facts) },
          version: agent_version ?? node.version,
        })
        unit.changed('node', node.id)
        await appendAudit(unit.tx, { actor, action: 'server.register', target: node.agentId, details: { name } })
      })
      return { server_id: actor.nodeId, agent_id: actor.agentId }
    },

    /** A host adds itself with the registration token; its key is seen only now. */
    async enroll(facts: ServerFacts): Promise<{ server_id: number; agent_id: string; secret_key: string }> {
      const actor: Actor = { kind: 'system', name: 'registration' }
      const { node, key } = await units.run((unit) =>
        add(unit, actor, {
          name: facts.name,
          description: '',
          tags: '',
          metadata: metadataOf(facts),
          version: facts.agent_version ?? null,
        }),
      )
      return { server_id: node.id, agent_id: node.agentId, secret_key: key }
    },

    /** The node of that number, when this key speaks for it. Throws FORBIDDEN for any other. */
    async ofKey(actor: NodeActor, id: number): Promise<{ id: number; agentId: string }> {
      if (id === actor.nodeId) return { id, agentId: actor.agentId }
      const node = actor.role === 'monitor' ? await nodeById(database.db, id) : null
      if (!node || node.deletedAt || !node.path.includes(actor.agentId)) throw notYourServer(id)
      return { id, agentId: node.agentId }
    },
  }
}
export type Servers = ReturnType<typeof createServers>

function metadataOf(facts: ServerFacts): NodeRow['metadata'] {
  const { ip, os, arch, cpu_cores, cpu_model, memory_total, disk_total, system_info } = facts
  const given = { ip_address: ip, os, arch, cpu_cores, cpu_model, memory_total, disk_total, system_info }
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== '' && value !== 0 && value !== undefined),
  )
}
