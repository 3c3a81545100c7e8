import { and, eq, inArray, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import type { DeliveryState, NoticeAlert } from '../../contract/notifications.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { alerts } from '../../db/schema/alerts.ts'
import { toldFaults } from '../../db/schema/alerting.ts'
import { nodes } from '../../db/schema/nodes.ts'
import { notices } from '../../db/schema/notifications.ts'
import { textArray } from '../nodes/nodes.store.ts'
import type { MatchedAlert } from '../silences/match.ts'
import type { KnownAlert, Told } from './plan.ts'

const lock = 4_839_201_833

/** True when no other process makes a pass now; until the transaction ends none begins. */
export async function takeTurn(tx: Tx): Promise<boolean> {
  const [row] = await tx.execute<{ taken: boolean }>(sql`select pg_try_advisory_xact_lock(${lock}) as taken`)
  return row?.taken === true
}

const minRepeatS = 60

/** What a rule says about its alert; of what a node sends along nothing is believed. */
const repeatS = sql<
  number | null
>`case when ${alerts.origin} = 'rule' and jsonb_typeof(${alerts.details} -> 'repeat_interval_s') = 'number'
  then greatest((${alerts.details} ->> 'repeat_interval_s')::float8, ${minRepeatS}) end`

/**
 * The open alerts, and the last alert that any channel was told of. With `path` only those of the nodes of that path, which is
 * all that decides about one alert.
 */
export async function knownAlerts(db: Executor, path?: readonly string[]): Promise<KnownAlert[]> {
  const rows = await db
    .select({
      id: alerts.id,
      uid: alerts.uid,
      nodeId: alerts.nodeId,
      type: alerts.type,
      subject: alerts.subject,
      level: alerts.level,
      severity: alerts.severity,
      status: alerts.status,
      path: nodes.path,
      role: nodes.role,
      repeatS,
    })
    .from(alerts)
    .innerJoin(nodes, eq(nodes.id, alerts.nodeId))
    .where(
      and(
        or(ne(alerts.status, 'resolved'), sql`${alerts.uid} in (select ${toldFaults.alertUid} from ${toldFaults})`),
        path && sql`${nodes.agentId} = any(${textArray(path)})`,
      ),
    )
  return rows.map(({ repeatS: seconds, ...alert }) => ({
    ...alert,
    repeatMs: seconds === null ? null : seconds * 1000,
  }))
}

/** One whose sender died while it sent may have arrived, and counts as if it had. */
const delivery = sql<DeliveryState | null>`case when ${notices.reason} = 'interrupted' then 'sent' else ${notices.state} end`

/** What those channels were told, with what became of the last notice; of one fault, or of all. */
export async function toldTo(
  db: Executor,
  channelIds: readonly number[],
  fault?: { nodeId: number; type: string; subject: string },
): Promise<Told[]> {
  if (channelIds.length === 0) return []
  const rows = await db
    .select({ row: toldFaults, delivery })
    .from(toldFaults)
    .leftJoin(notices, and(eq(notices.channelId, toldFaults.channelId), eq(notices.key, toldFaults.noticeKey)))
    .where(and(inArray(toldFaults.channelId, [...channelIds]), fault && isFault(fault)))
  return rows.map(({ row, delivery: became }) => ({
    channelId: row.channelId,
    nodeId: row.nodeId,
    type: row.type,
    subject: row.subject,
    last:
      row.kind && row.severity && row.toldAt
        ? {
            kind: row.kind,
            severity: row.severity,
            toldAtMs: row.toldAt.getTime(),
            confirmed: row.confirmed,
            delivery: became,
          }
        : null,
    noticeKey: row.noticeKey,
    alertUid: row.alertUid,
    rounds: row.rounds,
    waitingSinceMs: row.waitingSince?.getTime() ?? null,
    firsts: row.firsts,
  }))
}

function isFault({ nodeId, type, subject }: { nodeId: number; type: string; subject: string }): SQL | undefined {
  return and(eq(toldFaults.nodeId, nodeId), eq(toldFaults.type, type), eq(toldFaults.subject, subject))
}

/** Rows of one statement, so that none takes long. */
const chunkRows = 1_000

export async function writeTold(tx: Tx, rows: readonly Told[]): Promise<void> {
  for (let from = 0; from < rows.length; from += chunkRows) {
    // One parameter instead of a dozen for each row: thousands of alerts may open at once.
    const values = JSON.stringify(rows.slice(from, from + chunkRows).map(valuesOf))
    await tx.execute(sql`
      insert into ${toldFaults} (channel_id, node_id, type, subject, kind, notice_key, alert_uid, severity, told_at, confirmed, rounds, waiting_since, firsts)
      select * from jsonb_to_recordset(${values}::text::jsonb) as r(
        channel_id bigint, node_id bigint, type text, subject text, kind text, notice_key text, alert_uid text, severity text,
        told_at timestamptz, confirmed boolean, rounds int, waiting_since timestamptz, firsts jsonb)
      on conflict (channel_id, node_id, type, subject) do update set
        kind = excluded.kind, notice_key = excluded.notice_key, alert_uid = excluded.alert_uid, severity = excluded.severity,
        told_at = excluded.told_at, confirmed = excluded.confirmed, rounds = excluded.rounds,
        waiting_since = excluded.waiting_since, firsts = excluded.firsts`)
  }
}

function valuesOf({ last, ...row }: Told) {
  return {
    channel_id: row.channelId,
    node_id: row.nodeId,
    type: row.type,
    subject: row.subject,
    kind: last?.kind ?? null,
    notice_key: row.noticeKey,
    alert_uid: row.alertUid,
    severity: last?.severity ?? null,
    told_at: last && new Date(last.toldAtMs).toISOString(),
    confirmed: last?.confirmed ?? false,
    rounds: row.rounds,
    waiting_since: row.waitingSinceMs === null ? null : new Date(row.waitingSinceMs).toISOString(),
    firsts: row.firsts,
  }
}

export async function forgetTold(tx: Tx, rows: readonly Told[]): Promise<void> {
  for (let from = 0; from < rows.length; from += chunkRows) {
    const keys = rows.slice(from, from + chunkRows).map((row) => ({
      channel_id: row.channelId,
      node_id: row.nodeId,
      type: row.type,
      subject: row.subject,
    }))
    await tx.execute(sql`
      delete from ${toldFaults} t using jsonb_to_recordset(${JSON.stringify(keys)}::text::jsonb)
        as k(channel_id bigint, node_id bigint, type text, subject text)
      where t.channel_id = k.channel_id and t.node_id = k.node_id and t.type = k.type and t.subject = k.subject`)
  }
}

/** Those alerts as a notice tells them. */
export async function noticeAlerts(db: Executor, uids: readonly string[]): Promise<Map<string, NoticeAlert>> {
  if (uids.length === 0) return new Map()
  const rows = await db
    .select({ row: alerts, agentId: nodes.agentId, agentName: nodes.name, path: nodes.path })
    .from(alerts)
    .innerJoin(nodes, eq(nodes.id, alerts.nodeId))
    .where(inArray(alerts.uid, [...uids]))
  return new Map(
    rows.map(({ row, agentId, agentName, path }) => [
      row.uid,
      {
        uid: row.uid,
        agent_id: agentId,
        agent_name: agentName,
        path,
        type: row.type,
        subject: row.subject,
        severity: row.severity,
        status: row.status,
        description: row.description,
        since: row.createdAt.toISOString(),
        ...(row.value === null ? {} : { value: row.value }),
        ...(row.threshold === null ? {} : { threshold: row.threshold }),
      },
    ]),
  )
}

/** How those alerts stand now, and whether their fault has another one that is open. */
export async function standingOf(
  db: Executor,
  uids: readonly string[],
): Promise<Map<string, MatchedAlert & { isOver: boolean; isBack: boolean }>> {
  if (uids.length === 0) return new Map()
  const rows = await db
    .select({
      uid: alerts.uid,
      type: alerts.type,
      subject: alerts.subject,
      level: alerts.level,
      severity: alerts.severity,
      path: nodes.path,
      isOver: sql<boolean>`${alerts.status} = 'resolved'`,
      isBack: sql<boolean>`exists (select 1 from alerts b where b.node_id = ${alerts.nodeId} and b.type = ${alerts.type}
        and b.subject = ${alerts.subject} and b.status <> 'resolved' and b.id <> ${alerts.id})`,
    })
    .from(alerts)
    .innerJoin(nodes, and(eq(nodes.id, alerts.nodeId), isNull(nodes.deletedAt)))
    .where(inArray(alerts.uid, [...uids]))
  return new Map(rows.map(({ uid, ...standing }) => [uid, standing]))
}
