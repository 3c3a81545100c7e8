import { sql } from 'drizzle-orm'
import type { HealthStatus, NodeStatus } from '../../contract/common.ts'
import { readOrder, type ReportOrder } from '../../contract/report-order.ts'
import type { Tx } from '../../db/open.ts'
import { prepared } from '../../db/prepared.ts'
import { nodes, nodeStates } from '../../db/schema/nodes.ts'
import { reports } from '../../db/schema/reports.ts'
import type { Incoming, Present } from './incoming.ts'
import { deadBand, reportRow } from './report-rows.ts'

export interface StoredReport {
  reportId: number
  duplicate: boolean
}

const insertAndCompare = prepared<{ idx: number; id: number | null }>(
  'insert_reports',
  sql`
  with input as (
    select * from jsonb_to_recordset(${sql.placeholder('rows')}::text::jsonb) as r(
      idx int, node_id bigint, reported_at timestamptz, report_uid text, received_at timestamptz, status text,
      cpu real, memory real, disk real, metrics jsonb, issues jsonb, actions jsonb, metadata jsonb)
  ), inserted as (
    insert into ${reports} (node_id, reported_at, report_uid, received_at, status, cpu_percent, memory_percent, disk_percent, metrics, issues, actions, metadata)
    select node_id, reported_at, report_uid, received_at, status, cpu, memory, disk, metrics, issues, actions, metadata from input
    on conflict do nothing
    returning id, node_id, reported_at, report_uid
  )
  select input.idx, i.id from input left join inserted i using (node_id, reported_at, report_uid) order by input.idx`,
)

/** Stores reports with one statement; a repeat (same node, time and uid) keeps the row that is there. In the order given. */
export async function insertReports(tx: Tx, items: readonly Incoming[]): Promise<StoredReport[]> {
  const rows = items.map((item, idx) => ({ ...reportRow(item), idx }))
  const stored = await insertAndCompare(tx, { rows: JSON.stringify(rows) })
  const repeats = stored.filter((row) => row.id === null).map((row) => row.idx)
  const known = repeats.length > 0 ? await idsOfRepeats(tx, rows, repeats) : new Map<number, number>()
  // Twins inside one batch: the first is the report, the others are its repeats.
  const seen = new Set<number>()
  return stored.map((row) => {
    const reportId = row.id ?? known.get(row.idx)
    if (reportId === undefined) throw new Error('a report was neither stored nor there')
    const duplicate = row.id === null || seen.has(reportId)
    seen.add(reportId)
    return { reportId, duplicate }
  })
}

/** The rows that were there already, by index. Asked apart: joined to the insert, it would be paid for every report. */
async function idsOfRepeats(
  tx: Tx,
  rows: ReadonlyArray<{ idx: number; node_id: number; reported_at: string; report_uid: string }>,
  repeats: readonly number[],
): Promise<Map<number, number>> {
  const asked = repeats.map((index) => rows[index])
  const found = await tx.execute<{ idx: number; id: number }>(sql`
    select input.idx, r.id
    from jsonb_to_recordset(${JSON.stringify(asked)}::text::jsonb)
      as input(idx int, node_id bigint, reported_at timestamptz, report_uid text)
    join ${reports} r using (node_id, reported_at, report_uid)`)
  return new Map(found.map((row) => [row.idx, row.id]))
}

export interface StateChange {
  nodeId: number
  agentId: string
  role: 'probe' | 'monitor'
  oldStatus: NodeStatus
  oldHealth: HealthStatus
  newHealth: HealthStatus
  /** Version of the node's program, as last known. */
  version: string | null
  /** The report before this one carried L3 issues. */
  hadL3: boolean
  /** A figure left its dead band, or the issue counts changed: ancestors get the new state. */
  moved: boolean
}

/** What a report or a heartbeat says about its node now. `figures` is null for a heartbeat. */
export interface Sign {
  nodeId: number
  receivedAtMs: number
  sentAtMs: number
  health: HealthStatus
  /** Version of the program that speaks, when it says so. */
  version: string | null
  figures: {
    reportedAt: string
    metrics: unknown
    cpu: number
    memory: number
    disk: number
    l1: number
    l2: number
    l3: number
  } | null
}

/** Writes signs of life with one statement: at most one per node. The node is online from now on. */
export async function applySigns(tx: Tx, signs: readonly Sign[]): Promise<StateChange[]> {
  const rows = signs.map((sign) => ({
    node_id: sign.nodeId,
    seen_at: new Date(sign.receivedAtMs).toISOString(),
    skew_ms: Math.round(sign.sentAtMs - sign.receivedAtMs),
    health: sign.health,
    full: sign.figures !== null,
    reported_at: sign.figures?.reportedAt ?? null,
    metrics: sign.figures?.metrics ?? null,
    cpu: sign.figures?.cpu ?? null,
    memory: sign.figures?.memory ?? null,
    disk: sign.figures?.disk ?? null,
    l1: sign.figures?.l1 ?? 0,
    l2: sign.figures?.l2 ?? 0,
    l3: sign.figures?.l3 ?? 0,
  }))
  const changed = await tx.execute<{
    node_id: number
    agent_id: string
    role: StateChange['role']
    old_status: NodeStatus
    old_health: HealthStatus
    new_health: HealthStatus
    moved: boolean
    had_l3: boolean
    version: string | null
  }>(sql`
    with input as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(
        node_id bigint, seen_at timestamptz, skew_ms bigint, health text, "full" boolean, reported_at timestamptz, metrics jsonb,
        cpu real, memory real, disk real, l1 int, l2 int, l3 int)
    ), before as (
      select s.*, n.agent_id, n.role, n.version from ${nodeStates} s
      join input on input.node_id = s.node_id join ${nodes} n on n.id = s.node_id
      order by s.node_id for update of s
    ), judged as (
      select i.*, b.agent_id, b.role, b.status as old_status, b.health_status as old_health, b.issues_l3 > 0 as had_l3, b.version,
        i.full and (
          b.rolled_cpu is null or abs(i.cpu - b.rolled_cpu) >= ${deadBand} or abs(i.memory - b.rolled_memory) >= ${deadBand}
          or abs(i.disk - b.rolled_disk) >= ${deadBand}
          or (i.l1, i.l2, i.l3) is distinct from (b.issues_l1, b.issues_l2, b.issues_l3)) as moved
      from input i join before b using (node_id)
    )
    update ${nodeStates} s set
      last_seen_at = j.seen_at, clock_skew_ms = j.skew_ms, health_status = j.health, goodbye_at = null, stale_since = null,
      status = 'online', reported_status = 'online',
      status_reason = case when s.status = 'online' then s.status_reason else 'heard_from' end,
      status_since = case when s.status = 'online' then s.status_since else j.seen_at end,
      reported_at = coalesce(j.reported_at, s.reported_at), metrics = coalesce(j.metrics, s.metrics),
      issues_l1 = case when j.full then j.l1 else s.issues_l1 end,
      issues_l2 = case when j.full then j.l2 else s.issues_l2 end,
      issues_l3 = case when j.full then j.l3 else s.issues_l3 end,
      rolled_cpu = case when j.moved then j.cpu else s.rolled_cpu end,
      rolled_memory = case when j.moved then j.memory else s.rolled_memory end,
      rolled_disk = case when j.moved then j.disk else s.rolled_disk end
    from judged j
    where s.node_id = j.node_id
    returning s.node_id, j.agent_id, j.role, j.old_status, j.old_health, j.health as new_health, j.moved, j.had_l3, j.version`)
  return changed.map((row) => ({
    nodeId: row.node_id,
    agentId: row.agent_id,
    role: row.role,
    oldStatus: row.old_status,
    oldHealth: row.old_health,
    newHealth: row.new_health,
    moved: row.moved,
    hadL3: row.had_l3,
    version: row.version,
  }))
}

/** Time of the report that made each node's present state, which stays so until the commit. */
export async function presentTimes(tx: Tx, nodeIds: readonly number[]): Promise<Map<number, Present>> {
  const rows = await tx.execute<{ node_id: number; at: number | null }>(sql`
    select node_id, (extract(epoch from reported_at) * 1000)::float8 as at from ${nodeStates}
    where node_id in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(nodeIds)}::text::jsonb))
    order by node_id for update`)
  return new Map(rows.map((row) => [row.node_id, { atMs: row.at, order: null }]))
}

/** The order, as its sender gave it, of the report that made each node's present state. */
export async function presentOrders(tx: Tx, nodeIds: readonly number[]): Promise<Map<number, ReportOrder | null>> {
  const rows = await tx.execute<{ node_id: number; given: unknown }>(sql`
    select distinct on (s.node_id) s.node_id, r.metadata->>'report_order' as given
    from ${nodeStates} s join ${reports} r on r.node_id = s.node_id and r.reported_at = s.reported_at
    where s.node_id in (select value::bigint from jsonb_array_elements_text(${JSON.stringify(nodeIds)}::text::jsonb))
    order by s.node_id, r.id desc`)
  return new Map(rows.map((row) => [row.node_id, readOrder(row.given)]))
}
