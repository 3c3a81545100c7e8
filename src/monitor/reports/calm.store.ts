import { sql } from 'drizzle-orm'
import type { Executor } from '../../db/open.ts'
import { executePrepared } from '../../db/prepared.ts'
import { nodes, nodeStates } from '../../db/schema/nodes.ts'
import { reports } from '../../db/schema/reports.ts'
import { alertRuleStates } from '../../db/schema/rules.ts'
import type { Incoming } from './incoming.ts'
import { deadBand, reportRow, signOf } from './report-rows.ts'

/**
 * Takes those reports that change nothing but the history and the latest figures of their nodes: the node was online, is as
 * healthy as before, its figures stay inside the dead band, no issue came or went, no rule counts against it, and the report is
 * no repeat. One statement is the whole transaction. At most one item per node. Answers the ids of what it took; what
 * is not among them was left untouched.
 */
export async function takeCalm(db: Executor, items: readonly Incoming[]): Promise<Map<Incoming, number>> {
  if (items.length === 0) return new Map()
  const rows = items.map((item, idx) => {
    const { version, sentAtMs, figures } = signOf(item)
    const { l1, l2, l3 } = figures
    return { ...reportRow(item, idx), version, skew_ms: Math.round(sentAtMs - item.receivedAtMs), l1, l2, l3 }
  })
  const taken = await executePrepared<{ node_id: number; id: number }>(
    db,
    'take_calm_reports',
    sql`
    with input as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
        idx int, node_id bigint, reported_at timestamptz, report_uid text, received_at timestamptz, status text,
        cpu real, memory real, disk real, metrics jsonb, issues jsonb, actions jsonb, metadata jsonb,
        version text, skew_ms bigint, l1 int, l2 int, l3 int)
    ), calm as (
      select i.* from input i join ${nodeStates} s on s.node_id = i.node_id join ${nodes} n on n.id = i.node_id
      where s.status = 'online' and s.reported_status = 'online' and s.health_status = i.status
        and s.goodbye_at is null and s.stale_since is null
        and abs(i.cpu - s.rolled_cpu) < ${sql.raw(String(deadBand))} and abs(i.memory - s.rolled_memory) < ${sql.raw(String(deadBand))}
        and abs(i.disk - s.rolled_disk) < ${sql.raw(String(deadBand))}
        and s.issues_l1 = i.l1 and s.issues_l2 = i.l2 and s.issues_l3 = i.l3 and i.l3 = 0
        and (i.version is null or i.version = n.version)
        and not exists (select from ${alertRuleStates} r where r.node_id = i.node_id)
      order by s.node_id for update of s
    ), inserted as (
      insert into ${reports} (node_id, reported_at, report_uid, received_at, status, cpu_percent, memory_percent, disk_percent, metrics, issues, actions, metadata)
      select node_id, reported_at, report_uid, received_at, status, cpu, memory, disk, metrics, issues, actions, metadata from calm
      on conflict do nothing
      returning id, node_id
    ), seen as (
      update ${nodeStates} s set
        last_seen_at = c.received_at, clock_skew_ms = c.skew_ms, reported_at = c.reported_at, metrics = c.metrics
      from calm c
      where s.node_id = c.node_id and c.node_id = any(array(select node_id from inserted))
    )
    select node_id, id from inserted`,
  )
  const ids = new Map(taken.map(({ node_id, id }) => [node_id, id]))
  return new Map(
    items.flatMap((item) => {
      const id = ids.get(item.nodeId)
      return id === undefined ? [] : [[item, id] as const]
    }),
  )
}
