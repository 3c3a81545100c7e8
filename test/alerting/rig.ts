import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Notice } from '../../src/contract/notifications.ts'
import { createAlerting } from '../../src/monitor/alerting/alerting.service.ts'
import { createAlerts } from '../../src/monitor/alerts/alerts.service.ts'
import type { Fault } from '../../src/monitor/alerts/alerts.store.ts'
import { findNode, putNode, type NodeRow } from '../../src/monitor/nodes/nodes.store.ts'
import { createSilences } from '../../src/monitor/silences/silences.service.ts'
import { startNotifications } from '../notifications/rig.ts'
import { limits } from './limits.ts'

const admin = { kind: 'user' as const, userId: 1, username: 'admin', role: 'admin' as const }

/** Everything of a root that decides about notices, over a database of its own and a clock that the test turns. */
export async function startAlertingRig() {
  const notifications = await startNotifications()
  const { database, units, time, channels, outbox } = notifications
  const clock = () => time.now
  const alerts = createAlerts({ database, units, clock, newId: randomUUID })
  const silences = createSilences({ database, units, selfId: 'root', clock, newId: randomUUID })
  /** One process that looks; all of them share the database. */
  const newAlerting = (enqueue = outbox.enqueue) =>
    createAlerting({
      database,
      units,
      silences,
      channels,
      outbox: { enqueue },
      siteTitle: async () => 'Cortex',
      selfId: 'root',
      limits,
      clock,
    })
  const nodes = new Map<string, NodeRow>()

  /** Adds a node below that one. */
  async function grow(agentId: string, parent: string | null, role: NodeRow['role'] = 'probe'): Promise<void> {
    const above = parent === null ? null : (nodes.get(parent) ?? null)
    const made = { agentId, name: `Node ${agentId}`, role, isSelf: parent === null }
    nodes.set(agentId, await putNode(database.db, above, made))
  }
  function node(agentId: string): NodeRow {
    const found = nodes.get(agentId)
    if (!found) throw new Error(`no node ${agentId}`)
    return found
  }

  await grow('root', null, 'monitor')
  await grow('eu', 'root', 'monitor')
  await grow('web-1', 'root')
  for (const id of ['db-1', 'db-2', 'db-3']) await grow(id, 'eu')

  return {
    ...notifications,
    alerting: newAlerting(),
    newAlerting,
    silences,
    grow,

    async raise(agentId: string, type: string, more: Partial<Fault> = {}): Promise<number> {
      const about = node(agentId)
      const { row } = await units.run((unit) =>
        alerts.raise(
          unit,
          {
            nodeId: about.id,
            level: 'L3',
            type,
            subject: '',
            description: `${type} on ${agentId}`,
            severity: 'high',
            details: {},
            origin: 'issue',
            ...more,
          },
          about,
        ),
      )
      return row.id
    },
    async clear(agentId: string, type: string): Promise<void> {
      await units.run((unit) => alerts.clear(unit, node(agentId), type, '', 'over'))
    },
    async acknowledge(alertId: number): Promise<void> {
      await database.db.execute(sql`update alerts set status = 'acknowledged' where id = ${alertId}`)
    },
    silence: (scope: string | null, forMs: number, more: Record<string, unknown> = {}) =>
      silences.create(admin, {
        kind: 'silence',
        scope,
        matchers: {},
        ends_at: new Date(time.now + forMs).toISOString(),
        recurrence: null,
        reason: 'test',
        ...more,
      }),

    /** Notices in the outbox, oldest first. */
    async queued(): Promise<Array<{ id: number; key: string; state: string; notice: Notice }>> {
      return await database.db.execute<{ id: number; key: string; state: string; notice: Notice }>(
        sql`select id, key, state, notice from notices order by id`,
      )
    },
    /** What the worker of the outbox does with everything that waits: sends what is still true. Gives what was sent. */
    async deliver(): Promise<string[]> {
      const sent: string[] = []
      for (const { id, notice } of await database.db.execute<{ id: number; notice: Notice }>(
        sql`select id, notice from notices where state = 'pending' order by id`,
      )) {
        const verdict = await newAlerting().isStillTrue(notice)
        const state = verdict === 'send' ? 'sent' : 'dropped'
        await database.db.execute(sql`update notices set state = ${state} where id = ${id}`)
        const about = notice.alerts.map((alert) => `${alert.agent_id}:${alert.type}`).sort()
        if (state === 'sent') sent.push(`${notice.kind} ${about.join(' ')}`)
      }
      return sent
    },
    node: (agentId: string) => findNode(database.db, agentId),
  }
}
export type AlertingRig = Awaited<ReturnType<typeof startAlertingRig>>
