import { sql } from 'drizzle-orm'
import { errorCode } from '../../db/error-code.ts'
import type { Executor } from '../../db/open.ts'
import { prepared } from '../../db/prepared.ts'
import { nodes, nodeStates } from '../../db/schema/nodes.ts'
import { reports } from '../../db/schema/reports.ts'
import { alertRuleStates } from '../../db/schema/rules.ts'
import type { Incoming } from './incoming.ts'
import { deadBand, reportRow, signOf } from './report-rows.ts'

const uniqueViolation = '23505'

/*
 * The update locks the node's row and asks once more whether all of it is still so, which settles every race. A report that
 * is newer than the one before can only be a repeat when the node's clock was set back: then the key of the reports fails
 * the statement. No `on conflict` is needed, which would cost a second look into the key and one more record in the log of the
 * database for each report. The versions are not joined: a plan that is made once would read all nodes for each batch.
 */
const takeCalmRows = prepared<{ node_id: number; id: number }>(
  'take_calm_reports',
  sql`
  with calm as (
    update ${nodeStates} s set
      last_seen_at = i.received_at, clock_skew_ms = i.skew_ms, reported_at = i.reported_at, metrics = i.metrics
    from jsonb_to_recordset(${sql.placeholder('rows')}::text::jsonb) as i(
        node_id bigint, reported_at timestamptz, report_uid text, received_at timestamptz, status text,
        cpu real, memory real, disk real, metrics jsonb, metadata jsonb, version text, skew_ms bigint, l1 int, l2 int)
    where s.node_id = i.node_id and s.reported_at < i.reported_at
      and s.status = 'online' and s.reported_status = 'online' and s.health_status = i.status
      and s.goodbye_at is null and s.stale_since is null
      and abs(i.cpu - s.rolled_cpu) < ${sql.raw(String(deadBand))} and abs(i.memory - s.rolled_memory) < ${sql.raw(String(deadBand))}
      and abs(i.disk - s.rolled_disk) < ${sql.raw(String(deadBand))}
      and s.issues_l1 = i.l1 and s.issues_l2 = i.l2 and s.issues_l3 = 0
      and (i.version is null or i.version = (select n.version from ${nodes} n where n.id = i.node_id))
      and not exists (select from ${alertRuleStates} r where r.node_id = i.node_id)
    returning i.*
  )
  insert into ${reports} (node_id, reported_at, report_uid, received_at, status, cpu_percent, memory_percent, disk_percent, metrics, issues, actions, metadata)
  select node_id, reported_at, report_uid, received_at, status, cpu, memory, disk, metrics, '[]', '[]', metadata from calm
  returning node_id, id`,
)

/**
 * Takes those reports that change nothing but the history and the latest figures of their nodes: the node was online, is as
 * healthy as before, its figures stay inside the dead band, no issue came or went, no rule counts against it, and the report is
 * no repeat. One statement is the whole transaction. At most one item per node, without issues and actions. Answers the ids
 * of what it took; what is not among them was left untouched.
 */
export async function takeCalm(db: Executor, items: readonly Incoming[]): Promise<Map<Incoming, number>> {
  // Rows are locked in the order of the nodes, as everywhere.
  const rows = items.flatMap((item) => rowOf(item) ?? []).toSorted((a, b) => a.node_id - b.node_id)
  if (rows.length === 0) return new Map()
  const taken = await takeCalmRows(db, { rows: JSON.stringify(rows) }).catch((error: unknown) => {
    if (isRepeat(error)) return []
    throw error
  })
  const ids = new Map(taken.map(({ node_id, id }) => [node_id, id]))
  return new Map(
    items.flatMap((item) => {
      const id = ids.get(item.nodeId)
      return id === undefined ? [] : [[item, id] as const]
    }),
  )
}

/** What the statement needs of an item; null when issues are counted that are severe. */
function rowOf(item: Incoming) {
  const { version, sentAtMs, figures } = signOf(item)
  if (figures.l3 > 0) return null
  const { issues: _none, actions: _nothing, ...row } = reportRow(item)
  const { l1, l2 } = figures
  return { ...row, version, skew_ms: Math.round(sentAtMs - item.receivedAtMs), l1, l2 }
}

function isRepeat(error: unknown): boolean {
  return errorCode(error instanceof Error ? (error.cause ?? error) : error) === uniqueViolation
}
