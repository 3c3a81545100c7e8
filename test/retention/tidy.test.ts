import { afterEach, beforeEach, expect, test } from 'vitest'
import { daysAgo, type History, now, dayMs, startHistory } from './history.ts'

let history: History
beforeEach(async () => {
  history = await startHistory()
})
afterEach(() => history?.close())

const nothing = {
  partitions: 0,
  reports: 0,
  minutes: 0,
  hours: 0,
  status_changes: 0,
  intents: 0,
  alerts: 0,
  decisions: 0,
  tasks: 0,
  notices: 0,
  silences: 0,
  snapshot_rows: 0,
}

/** The text column of every row that is left, in order. */
async function left(table: string, column: string): Promise<string[]> {
  const rows = await history.sql.unsafe<Array<{ value: string }>>(`select ${column} as value from ${table} order by 1`)
  return rows.map((row) => row.value)
}

async function addAlert(uid: string, status: string, createdAt: Date, resolvedAt: Date | null, seq = 1): Promise<void> {
  const { sql, nodeId } = history
  await sql`
    with added as (
      insert into alerts (uid, node_id, level, type, subject, description, severity, status, details, origin, created_at, last_seen_at, resolved_at)
      values (${uid}, ${nodeId}, 'L3', 't', ${uid}, '', 'high', ${status}, '{}', 'leaf', ${createdAt}, ${createdAt}, ${resolvedAt})
      returning id)
    insert into changes (kind, key, seq) select 'alert', id, ${seq} from added`
}
async function addDecision(id: string, status: string, createdAt: Date, executedAt: Date | null = null): Promise<void> {
  const { sql, nodeId } = history
  await sql`
    with added as (
      insert into decisions (node_id, request_id, issue_type, subject, issue_description, severity, proposed_action, status, created_at, decided_at, expires_at, executed_at)
      values (${nodeId}, ${id}, 't', 's', '', 'high', '', ${status}, ${createdAt}, ${createdAt}, ${createdAt}, ${executedAt})
      returning id)
    insert into changes (kind, key, seq) select 'decision', id, 1 from added`
}

test('silences that ended are forgotten with the rest, those that hold or come back are kept', async () => {
  const { sql } = history
  for (const [uid, endsAt] of [
    ['old', daysAgo(40)],
    ['young', daysAgo(3)],
    ['endless', null],
  ] as const)
    await sql`
      insert into silences (uid, kind, matchers, starts_at, ends_at, reason, created_by, created_at)
      values (${uid}, 'maintenance', '{}', ${daysAgo(50)}, ${endsAt}, 'work', 'admin', ${daysAgo(50)})`
  expect(await history.retention.tidy()).toEqual({ ...nothing, silences: 1 })
  expect(await left('silences', 'uid')).toEqual(['endless', 'young'])
})

test('notices that came to their end are forgotten with the rest, those that wait are kept', async () => {
  const { sql } = history
  const add = (uid: string, state: string, createdAt: Date) => sql`
    insert into notices (channel_name, channel_type, key, uid, notice, state, created_at)
    values ('hook', 'webhook', ${uid}, ${uid}, '{}', ${state}, ${createdAt})`
  for (const state of ['sent', 'failed', 'dropped', 'pending', 'sending']) await add(`old ${state}`, state, daysAgo(31))
  await add('young', 'sent', daysAgo(29))
  expect(await history.retention.tidy()).toEqual({ ...nothing, notices: 3 })
  expect(await left('notices', 'uid')).toEqual(['old pending', 'old sending', 'young'])
})

test('an old day of reports is dropped with its file, and nothing younger is touched', async () => {
  history.time.now = now - 31 * dayMs
  await history.retention.prepare()
  history.time.now = now - 29 * dayMs
  await history.retention.prepare()
  await history.addReports([daysAgo(31), daysAgo(30), daysAgo(29)])
  const [size] = await history.sql`select pg_relation_filepath('reports_20260515') as path`
  expect(size?.path).toEqual(expect.any(String))
  expect(await history.places()).toEqual({ reports_20260515: 1, reports_20260516: 1, reports_20260517: 1 })

  history.time.now = now
  expect(await history.retention.tidy()).toEqual({ ...nothing, partitions: 3 * 2 })
  expect(await history.partitions()).not.toContain('reports_20260515')
  // Half of the 16th is younger than 30 days.
  expect(await history.places()).toEqual({ reports_20260516: 1, reports_20260517: 1 })
  expect(await history.retention.tidy()).toEqual(nothing)
})

test('the default partition forgets what is old by its time, or came in long ago from a clock that is ahead', async () => {
  await history.addReports([daysAgo(31), daysAgo(29.9), daysAgo(400)])
  await history.addReports([daysAgo(-400)], daysAgo(31))
  await history.addReports([daysAgo(-401)], daysAgo(1))
  await history.addReports([daysAgo(45)], daysAgo(1))
  expect(await history.retention.tidy()).toEqual({ ...nothing, reports: 4 })
  expect(await history.places()).toEqual({ reports_default: 2 })
})

test('intents and closed tasks go by age; an open task stays', async () => {
  const { sql, nodeId } = history
  for (const days of [31, 29]) {
    await sql`insert into intents (node_id, type, data, created_at) values (${nodeId}, 'note', ${`${days}`}, ${daysAgo(days)})`
    await sql`insert into tasks (node_id, type, subject, opened_at, closed_at)
      values (${nodeId}, 't', ${`${days}`}, ${daysAgo(40)}, ${daysAgo(days)})`
  }
  await sql`insert into tasks (node_id, type, subject, opened_at) values (${nodeId}, 't', 'open', ${daysAgo(40)})`
  expect(await history.retention.tidy()).toEqual({ ...nothing, intents: 1, tasks: 1 })
  expect(await left('intents', 'data')).toEqual(['29'])
  expect(await left('tasks', 'subject')).toEqual(['29', 'open'])
})

test('of the changes of status the one that the kept time began with stays', async () => {
  const { sql, nodeId } = history
  for (const days of [50, 40, 31, 20, 1])
    await sql`insert into node_status_changes (node_id, new_status, reason, at) values (${nodeId}, 'online', ${`${days}`}, ${daysAgo(days)})`
  expect(await history.retention.tidy()).toEqual({ ...nothing, status_changes: 2 })
  expect(await left('node_status_changes', 'reason')).toEqual(['1', '20', '31'])
})

test('alerts that were resolved long ago go with their place in the feed; open ones never do', async () => {
  await addAlert('old', 'resolved', daysAgo(60), daysAgo(31))
  await addAlert('young', 'resolved', daysAgo(60), daysAgo(29))
  await addAlert('open', 'new', daysAgo(60), null)
  await addAlert('acknowledged', 'acknowledged', daysAgo(60), null)
  expect(await history.retention.tidy()).toEqual({ ...nothing, alerts: 1 })
  expect(await left('alerts', 'uid')).toEqual(['acknowledged', 'open', 'young'])
  expect(await left('changes', 'key::text')).toEqual(await left('alerts', 'id::text'))
})

test('settled decisions go with their place in the feed; pending and lately executed ones stay', async () => {
  await addDecision('old', 'approved', daysAgo(31))
  await addDecision('rejected', 'rejected', daysAgo(31))
  await addDecision('pending', 'pending', daysAgo(31))
  await addDecision('executed', 'approved', daysAgo(31), daysAgo(1))
  await addDecision('young', 'expired', daysAgo(29))
  expect(await history.retention.tidy()).toEqual({ ...nothing, decisions: 2 })
  expect(await left('decisions', 'request_id')).toEqual(['executed', 'pending', 'young'])
  expect(await left('changes', 'key::text')).toEqual(await left('decisions', 'id::text'))
})

test('what the parent has not got yet waits for it, but not for ever', async () => {
  await history.sql`insert into upstream_cursors (parent_id, seq) values ('root', 5)`
  await addAlert('sent', 'resolved', daysAgo(90), daysAgo(31), 5)
  await addAlert('waiting', 'resolved', daysAgo(90), daysAgo(31), 6)
  await addAlert('abandoned', 'resolved', daysAgo(90), daysAgo(61), 7)
  expect(await history.retention.tidy()).toEqual({ ...nothing, alerts: 2 })
  expect(await left('alerts', 'uid')).toEqual(['waiting'])
})

test('what a snapshot that has ended left behind goes; a running one keeps its place', async () => {
  const { sql, nodeId } = history
  const [other] = await sql<Array<{ id: number }>>`
    insert into nodes (agent_id, name, role, path) values ('region', 'region', 'monitor', array['root', 'region']) returning id`
  await sql`insert into snapshot_nodes (child_id, agent_id) values (${nodeId}, 'x'), (${other?.id ?? 0}, 'y')`
  await sql`insert into rollup_cursors (node_id, epoch, seq, received_at, snapshot_since) values (${other?.id ?? 0}, 'e', 1, now(), ${daysAgo(90)})`
  expect(await history.retention.tidy()).toEqual({ ...nothing, snapshot_rows: 1 })
  expect(await left('snapshot_nodes', 'agent_id')).toEqual(['y'])
})

test('the audit log is kept', async () => {
  await history.sql`
    insert into audit_log (at, actor, actor_kind, action, details, previous_hash, hash)
    values (${daysAgo(1_000)}, 'admin', 'user', 'auth.login', '{}', '', 'h')`
  expect(await history.retention.tidy()).toEqual(nothing)
  expect(await left('audit_log', 'hash')).toEqual(['h'])
})

test('more than one chunk is forgotten in one go, by one process at a time', async () => {
  const { sql, nodeId } = history
  await sql`insert into intents (node_id, type, data, created_at)
    select ${nodeId}, 'note', n::text, ${daysAgo(31)} from generate_series(1, 12000) n`
  const both = await Promise.all([history.retention.tidy(), history.retention.tidy()])
  expect(both.map(({ intents }) => intents).toSorted((a, b) => a - b)).toEqual([0, 12_000])
  expect(await left('intents', 'data')).toEqual([])
})

test('a day that is being read is dropped next time, and reports come in meanwhile', async () => {
  history.time.now = now - 40 * dayMs
  await history.retention.prepare()
  history.time.now = now
  await history.retention.prepare()
  const reading = await history.sql.reserve()
  await reading`begin`
  await reading`select count(*) from reports`
  const [tidied] = await Promise.all([history.retention.tidy(), history.addReports([daysAgo(0)])])
  // The days of the two tables that nobody reads.
  expect(tidied.partitions).toBe(2 * 5)
  await reading`rollback`
  reading.release()
  expect((await history.retention.tidy()).partitions).toBe(5)
  expect(await history.places()).toEqual({ reports_20260615: 1 })
})

test('a shorter retention is obeyed the next time, without a restart', async () => {
  history.time.now = now - 9 * dayMs
  await history.retention.prepare()
  await history.addReports([daysAgo(9)])
  history.time.now = now
  expect(await history.retention.tidy()).toEqual(nothing)
  history.time.retentionDays = 7
  expect((await history.retention.tidy()).partitions).toBeGreaterThan(0)
  expect(await history.places()).toEqual({})
})

async function addSummary(table: 'report_minutes' | 'report_hours', at: Date): Promise<void> {
  const { sql, nodeId } = history
  const figures = await sql<Array<{ name: string }>>`
    select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and attname like '%\_n'`
  await sql`insert into ${sql(table)} ${sql({ node_id: nodeId, at, ...Object.fromEntries(figures.map(({ name }) => [name, 1])) })}`
}
const summaryDays = (table: string) => left(table, `tableoid::regclass::text`)

test('summaries go with the reports of their day, hourly ones later where the config says so; their files go too', async () => {
  history.time.now = now - 40 * dayMs
  await history.retention.prepare()
  for (const table of ['report_minutes', 'report_hours'] as const) {
    for (const days of [200, 40]) await addSummary(table, daysAgo(days))
  }
  const bytes = async () => {
    const [row] = await history.sql<[{ bytes: number }]>`select pg_database_size(current_database()) as bytes`
    return row.bytes
  }
  const before = await bytes()
  history.time.now = now
  const longer = history.retentionOf(history.database, 100)
  expect(await longer.tidy()).toEqual({ ...nothing, partitions: 2 * 5, minutes: 1, hours: 1 })
  expect(await summaryDays('report_minutes')).toEqual([])
  expect(await summaryDays('report_hours')).toEqual(['report_hours_20260506'])
  expect(await history.retention.tidy()).toEqual({ ...nothing, partitions: 5 })
  expect(await summaryDays('report_hours')).toEqual([])
  expect(await bytes()).toBeLessThan(before)
})

test('summaries of a clock that is ahead stay as long as the reports that they were made from', async () => {
  await history.addReports([daysAgo(-400)], daysAgo(1))
  await addSummary('report_minutes', daysAgo(-400))
  await addSummary('report_minutes', daysAgo(-401))
  await addSummary('report_hours', daysAgo(-400))
  await addSummary('report_hours', daysAgo(-401))
  expect(await history.retention.tidy()).toEqual({ ...nothing, minutes: 1, hours: 1 })
  expect(await left('report_hours', 'at::text')).toHaveLength(1)
})
