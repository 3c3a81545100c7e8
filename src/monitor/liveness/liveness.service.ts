import { sql } from 'drizzle-orm'
import type { NodeRole } from '../../contract/common.ts'
import type { Database, Executor } from '../../db/open.ts'
import type { Logger } from '../../platform/logger.ts'
import { type Alerts, silenceAlert } from '../alerts/alerts.service.ts'
import type { Unit, Units } from '../changes/units.ts'
import { writeIntents } from '../intents/intents.store.ts'
import { selfNode } from '../nodes/nodes.store.ts'
import { changeStatus, type StatusChange } from '../nodes/status.store.ts'
import type { Presence } from './presence.ts'
import { type ChildSign, judgeSilence } from './silence.ts'
import { markReachable, markUnreachable } from './subtree.ts'

interface Child extends ChildSign {
  agentId: string
  role: NodeRole
  goodbyeMs: number | null
}

export const isolatedAlert = 'monitor_isolated'

/** Who is here and who is not, judged by receipt times and this monitor's own clock (design: liveness). */
export function createLiveness(parts: {
  database: Database
  units: Units
  alerts: Alerts
  presence: Presence
  logger: Logger
  clock: () => number
  offlineAfterMs: number
  /** A node that said goodbye and stays away for so long is an alert too. */
  restartGraceMs: number
}) {
  const { database, units, alerts, presence, logger, clock, offlineAfterMs, restartGraceMs } = parts
  let suspecting = false
  /** From before a restart of this monitor. */
  let oldSuspicionMayBeOpen = true

  async function goOffline(unit: Unit, children: readonly Child[], reason: string, raise: boolean): Promise<void> {
    const at = new Date(clock())
    const ids = children.map((child) => child.nodeId)
    const changes = await changeStatus(unit, { where: sql`n.id in ${ids}`, to: sql`'offline'`, reason, at })
    for (const change of changes) {
      await writeIntents(unit.tx, [
        { nodeId: change.nodeId, type: 'blocker', data: `${change.agentId} is offline: ${reason}`, at },
      ])
      if (change.role === 'monitor') await markUnreachable(unit, change, at)
    }
    if (raise) for (const child of children) await raiseOffline(unit, child)
  }

  async function raiseOffline(unit: Unit, child: Child): Promise<void> {
    const since = new Date(child.lastSeenMs).toISOString()
    const what = child.role === 'monitor' ? `Region ${child.agentId} and everything below it` : `Node ${child.agentId}`
    const fault = {
      nodeId: child.nodeId,
      level: 'L3' as const,
      type: silenceAlert[child.role],
      subject: child.agentId,
      description: `${what} has not been heard from since ${since}`,
      severity: child.role === 'monitor' ? ('critical' as const) : ('high' as const),
      details: { last_seen_at: since },
      origin: 'tree',
    }
    await alerts.raise(unit, fault, child)
  }

  async function suspectSelf(unit: Unit, silent: readonly Child[], watched: number): Promise<void> {
    const at = new Date(clock())
    const ids = silent.map((child) => child.nodeId)
    const changes = await changeStatus(unit, {
      where: sql`n.id in ${ids}`,
      to: sql`'unknown'`,
      reason: 'monitor_isolated',
      at,
    })
    for (const change of changes) if (change.role === 'monitor') await markUnreachable(unit, change, at)
    const self = await selfNode(unit.tx)
    if (suspecting) return
    const fault = {
      nodeId: self.id,
      level: 'L3' as const,
      type: isolatedAlert,
      subject: self.agentId,
      description: `Most of the ${watched} nodes below ${self.agentId} fell silent at once: its own network is suspected, their state is unknown`,
      severity: 'critical' as const,
      details: { silent: silent.map((child) => child.agentId).slice(0, 100) },
      origin: 'tree',
    }
    await alerts.raise(unit, fault, self)
  }

  async function endSuspicion(): Promise<void> {
    if (suspecting) {
      presence.wasAway()
      logger.warn('most nodes are heard again: silence counts from now')
    }
    suspecting = false
    oldSuspicionMayBeOpen = false
    await units.run(async (unit) => {
      const self = await selfNode(unit.tx)
      await alerts.clear(unit, self, isolatedAlert, self.agentId, 'nodes are heard again')
    })
  }

  const mostAreHeard = (children: readonly Child[]): boolean =>
    children.filter((child) => child.lastSeenMs >= presence.sinceMs()).length > children.length / 2

  return {
    /** One look at all direct children. Called every second or so; does nothing when nothing is wrong. */
    async look(): Promise<void> {
      presence.tick()
      let children: Child[]
      try {
        children = await directChildren(database.db)
      } catch (error) {
        // Without the database no sign of life is written down either: that time does not count as their silence.
        presence.wasAway()
        throw error
      }
      const nowMs = clock()
      const { offline, unknown, suspect } = judgeSilence({
        nowMs,
        offlineAfterMs,
        sinceMs: presence.sinceMs(),
        children,
      })
      const pick = (ids: number[]) => children.filter((child) => ids.includes(child.nodeId))
      const newlyUnknown = pick(unknown).filter((child) => child.status !== 'unknown')
      if (newlyUnknown.length > 0) {
        await units.run((unit) => suspectSelf(unit, newlyUnknown, children.length))
        logger.error(
          { silent: unknown.length, watched: children.length },
          'most nodes fell silent at once: suspecting this monitor’s own network',
        )
      }
      if (suspect) suspecting = true
      else if (suspecting || (oldSuspicionMayBeOpen && mostAreHeard(children))) return await endSuspicion()
      if (offline.length > 0) await units.run((unit) => goOffline(unit, pick(offline), 'heartbeat_timeout', true))

      const overdue = children.filter(
        (c) =>
          c.status === 'offline' &&
          c.goodbyeMs !== null &&
          nowMs - Math.max(c.goodbyeMs, presence.sinceMs()) > restartGraceMs,
      )
      if (overdue.length > 0) await units.run((unit) => raiseOverdue(unit, overdue))
    },

    /**
     * Another process of this monitor looks; called about every second, `heard` says whether this one could have heard anybody. Who
     * takes over counts silence as if it had looked all the time.
     */
    standBy(heard: boolean): void {
      if (heard) presence.tick()
      else presence.wasAway()
      suspecting = false
      oldSuspicionMayBeOpen = true
    },

    /** A node announced that it stops: offline at once, an alert only if it stays away. */
    async goodbye(nodeId: number): Promise<void> {
      await units.run(async (unit) => {
        const child = (await directChildren(unit.tx)).find((c) => c.nodeId === nodeId)
        if (!child) return
        await goOffline(unit, [child], 'shutdown', false)
        await unit.tx.execute(
          sql`update node_states set goodbye_at = ${new Date(clock()).toISOString()}::timestamptz where node_id = ${nodeId}`,
        )
      })
    },

    /** Nodes were heard again (their state is written already): ends their alerts, and what hung below them counts again. */
    async heard(unit: Unit, nodes: readonly StatusChange[]): Promise<void> {
      const at = new Date(clock())
      for (const node of nodes) {
        const about = { id: node.nodeId, agentId: node.agentId }
        await alerts.clear(unit, about, silenceAlert[node.role], node.agentId, 'heard from again')
        if (node.role === 'monitor') await markReachable(unit, node, at)
      }
    },
  }

  async function raiseOverdue(unit: Unit, overdue: readonly Child[]): Promise<void> {
    for (const child of overdue) await raiseOffline(unit, child)
    const ids = overdue.map((child) => child.nodeId)
    await unit.tx.execute(sql`update node_states set goodbye_at = null where node_id in ${ids}`)
  }
}
export type Liveness = ReturnType<typeof createLiveness>

async function directChildren(db: Executor): Promise<Child[]> {
  const rows = await db.execute<{
    node_id: number
    agent_id: string
    role: NodeRole
    status: Child['status']
    seen_ms: number
    goodbye_ms: number | null
  }>(sql`
    select n.id as node_id, n.agent_id, n.role, s.status, (extract(epoch from s.last_seen_at) * 1000)::float8 as seen_ms,
      (extract(epoch from s.goodbye_at) * 1000)::float8 as goodbye_ms
    from nodes n join node_states s on s.node_id = n.id
    where n.parent_id = (select id from nodes where is_self) and n.deleted_at is null and s.last_seen_at is not null`)
  return rows.map((row) => ({
    nodeId: row.node_id,
    agentId: row.agent_id,
    role: row.role,
    status: row.status,
    lastSeenMs: row.seen_ms,
    goodbyeMs: row.goodbye_ms,
  }))
}
