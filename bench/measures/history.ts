import { nodeSamples } from '../../src/monitor/history/samples.store.ts'
import { type CortexNode, monitorOver, register, startCortex } from '../support/cortex.ts'
import { timeRoundTrips } from '../support/pipe.ts'
import { type Spread, spreadOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { serverCpuSeconds, serverPid } from '../support/server-cpu.ts'
import { type StoredHistory, storeHistory } from '../support/stored-history.ts'
import { startProgram } from '../support/program.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'
import { usageOf } from '../support/usage.ts'
import type { Sql } from '../../src/db/open.ts'
import type { LoadOptions, LoadOrder, LoadResult } from '../load.ts'
import type { CeilingOptions } from '../ceiling.ts'

const days = 30
const dayMs = 86_400_000
const hourMs = 3_600_000
/** As many as a chart of the dashboard has. */
const points = 400
const reportsOfDay = 8_640
const manyPoints = 10_000
/** Half a core is enough to see what a report costs, and leaves the rest to the load generator. */
const connections = 16
const senderCount = 100

/**
 * Charts over a history of ten million reports (`--quick`: half a million), and what it costs to keep a report. Each question is
 * about another node than the one before, so that no page is warm because it was read a moment ago.
 */
export async function measureHistory(scene: Scene): Promise<Row[]> {
  const databaseUrl = await scene.newDatabase('history')
  const database = await scene.open(databaseUrl)
  const { sql, db } = database
  const stored = await storeHistory(database, scene.quick ? 2 : 40, days)
  const root = await startCortex(scene, 'history-root', {
    ...monitorOver(databaseUrl),
    CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000',
  })
  const rounds = scene.quick ? 20 : 80
  const authorization = `Bearer ${await root.login()}`
  let turn = 0
  const nextNode = () => stored.nodeIds[turn++ % stored.nodeIds.length] ?? 0

  let newest = ''
  const chart = (fromMs: number, toMs: number, limit: number) => async () => {
    const span = `start_time=${new Date(fromMs).toISOString()}&end_time=${new Date(toMs).toISOString()}&limit=${limit}`
    const answer = await fetch(`${root.url}/api/servers/${nextNode()}/monitor?${span}`, { headers: { authorization } })
    newest = await answer.text()
    if (!answer.ok) throw new Error(`a chart: ${answer.status} ${newest}`)
  }
  const pair = async (ours: () => Promise<unknown>, bare: () => Promise<unknown>) => {
    await timeRoundTrips(3, bare)
    await timeRoundTrips(3, ours)
    return {
      bare: spreadOf(await timeRoundTrips(rounds, bare)),
      ours: spreadOf(await timeRoundTrips(rounds, ours)),
    }
  }
  const emptyRoot = await startCortex(scene, 'empty-root', monitorOver(await scene.newDatabase('history_empty')))
  await emptyRoot.stop()
  // A day in the middle, from half past an hour, so that the ends are no whole hours.
  const dayFromMs = stored.toMs - 15 * dayMs + hourMs / 2 + 12_345
  const dayToMs = dayFromMs + dayMs
  const [dayFrom, dayTo] = [new Date(dayFromMs), new Date(dayToMs)]
  const month = await pair(chart(stored.fromMs, stored.toMs, points), async () =>
    JSON.stringify(await sql`select * from report_hours where node_id = ${nextNode()} order by at`),
  )
  expectPoints(newest, points / 2)
  const day = await pair(chart(dayFromMs, dayToMs, points), async () =>
    JSON.stringify(
      await sql`select * from report_minutes where node_id = ${nextNode()} and at >= ${dayFrom} and at < ${dayTo} order by at`,
    ),
  )
  expectPoints(newest, points / 2)
  await storeNarrowRows(sql, dayFrom, dayTo)
  const narrow = async () =>
    JSON.stringify(await sql`select * from bare_figures where node_id = ${nextNode()} order by reported_at`)
  const rawDay = await pair(chart(dayFromMs, dayToMs, manyPoints), narrow)
  const rawBytes = newest.length
  expectPoints(newest, reportsOfDay)
  const rawRead = await pair(
    () => nodeSamples(db, nextNode(), { from: dayFrom, to: dayTo, limit: manyPoints }, Date.now()),
    narrow,
  )
  const sizes = await sizesOf(sql)
  const kept = await costOfKeeping(scene, root, sql)
  await root.stop()

  const timed = (what: string, { ours, bare }: { ours: Spread; bare: Spread }, note: string): Row => ({
    what,
    ours: ms(ours.p50),
    bare: ms(bare.p50),
    ratio: ratio(ours.p50 / bare.p50),
    note: `p99 ${ms(ours.p99)}; ${note}`,
  })
  const total = `${digits(stored.rows)} reports stored`
  return [
    timed('chart over 30 days of one node, p50', month, `over HTTP, ${total}; bare: its 720 rows of hours read`),
    timed('chart over a day of one node, p50', day, 'over HTTP; bare: its 1,440 rows of minutes read'),
    timed(
      '  the same day, its 8,640 reports',
      rawDay,
      `over HTTP, ${digits(rawBytes / 1e6)} MB; bare: as many figures from a narrow table as JSON`,
    ),
    timed('  the same, in the process', rawRead, 'read and written as JSON, without HTTP'),
    {
      what: 'a start of a root over all that',
      ours: ms(root.startMs),
      bare: ms(emptyRoot.startMs),
      ratio: ratio(root.startMs / emptyRoot.startMs),
      note: 'bare: its first start over an empty database',
    },
    ...keptRows(stored, sizes, kept),
  ]
}

/** The same figures of a day as a program has them that wants nothing else. */
async function storeNarrowRows(sql: Sql, from: Date, to: Date): Promise<void> {
  await sql`
    create table bare_figures (node_id, reported_at, cpu, memory_used, memory_total, disk_used, disk_total, network_in, network_out,
      load_1, load_5, load_15) as
    select node_id, reported_at, (m->'cpu_percent')::float8, (m->'memory'->'used_bytes')::float8, (m->'memory'->'total_bytes')::float8,
      (m->'disk'->'used_bytes')::float8, (m->'disk'->'total_bytes')::float8, (m->'network_io'->'bytes_recv')::float8,
      (m->'network_io'->'bytes_sent')::float8, (m->'load_average'->0)::float8, (m->'load_average'->1)::float8, (m->'load_average'->2)::float8
    from (select node_id, reported_at, metrics as m from reports where reported_at >= ${from} and reported_at < ${to} order by reported_at) r`
  await sql`alter table bare_figures add primary key (node_id, reported_at)`
  await sql`analyze bare_figures`
}

function expectPoints(history: string, expected: number): void {
  const { data } = JSON.parse(history) as { data: unknown[] }
  if (data.length < expected) throw new Error(`a chart of ${data.length} points`)
}

/** Bytes on disk: the reports with their indexes, and both summaries. */
async function sizesOf(sql: Sql) {
  const [row] = await sql<[{ reports: number; indexes: number; summaries: number }]>`
    select sum(pg_total_relation_size(inhrelid)) filter (where inhparent = 'reports'::regclass)::int8 as reports,
      sum(pg_indexes_size(inhrelid)) filter (where inhparent = 'reports'::regclass)::int8 as indexes,
      sum(pg_total_relation_size(inhrelid)) filter (where inhparent <> 'reports'::regclass)::int8 as summaries
    from pg_inherits where inhparent in ('reports'::regclass, 'report_minutes'::regclass, 'report_hours'::regclass)`
  return row
}

interface Kept {
  reports: number
  cpuSeconds: number
  walBytes: number
}

/** The same load on a monitor and on the ceiling of the reports measure, one after the other: what each report cost. */
async function costOfKeeping(scene: Scene, root: CortexNode, sql: Sql) {
  const senders: LoadOptions['senders'] = []
  for (let i = 0; i < senderCount; i++) {
    const agentId = `sender-${i}`
    senders.push({ agentId, key: await register(root, agentId) })
  }
  const ceilingOptions: CeilingOptions = { databaseUrl: await scene.newDatabase('kept_ceiling'), keys: senders }
  const ceiling = await startProgram('ceiling', ceilingOptions)
  scene.onEnd(ceiling.stop)
  const server = await serverPid(sql)

  async function run(port: number, pid: number): Promise<Kept> {
    const load = await startProgram('load', { port, connections, senders } satisfies LoadOptions)
    scene.onEnd(load.stop)
    const send = async (durationMs: number) =>
      (await load.ask({ durationMs } satisfies LoadOrder, durationMs + 30_000)) as LoadResult
    await send(1_000)
    const used = () => serverCpuSeconds(server) + usageOf(pid).cpuSeconds
    const [cpuBefore, walBefore] = [used(), await walPosition(sql)]
    const { requests, refused } = await send(scene.quick ? 5_000 : 20_000)
    if (Object.keys(refused).length > 0) throw new Error(`not every report was taken: ${JSON.stringify(refused)}`)
    const kept = { reports: requests, cpuSeconds: used() - cpuBefore, walBytes: (await walPosition(sql)) - walBefore }
    await load.stop()
    return kept
  }

  const bare = await run(ceiling.port, ceiling.pid)
  const { sql: bareSql } = await scene.open(ceilingOptions.databaseUrl)
  const [size] = await bareSql<[{ bytes: number; reports: number }]>`
    select pg_total_relation_size('bare_reports') as bytes, (select count(*) from bare_reports) as reports`
  await ceiling.stop()
  const ours = await run(root.port, root.pid)
  return { ours, bare, bareBytesEach: size.bytes / size.reports }
}

async function walPosition(sql: Sql): Promise<number> {
  const [row] = await sql<[{ at: number }]>`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::int8 as at`
  return row.at
}

function keptRows(
  stored: StoredHistory,
  sizes: Awaited<ReturnType<typeof sizesOf>>,
  { ours, bare, bareBytesEach }: Awaited<ReturnType<typeof costOfKeeping>>,
): Row[] {
  const each = (kept: Kept) => ({ cpu: kept.cpuSeconds / kept.reports, wal: kept.walBytes / kept.reports })
  const [ourCost, bareCost] = [each(ours), each(bare)]
  const bytes = (value: number) => `${digits(value)} B`
  const [table, summaries] = [sizes.reports / stored.rows, sizes.summaries / stored.rows]
  return [
    {
      what: 'a stored report, on disk',
      ours: bytes(table),
      bare: bytes(bareBytesEach),
      ratio: ratio(table / bareBytesEach),
      note: `${digits((100 * sizes.indexes) / sizes.reports)} % of it indexes; bare: the same table with one index less`,
    },
    { what: '  its summaries, on disk', ours: bytes(summaries), bare: '', ratio: '', note: 'minutes and hours' },
    {
      what: '  written to the log of the database (WAL)',
      ours: bytes(ourCost.wal),
      bare: bytes(bareCost.wal),
      ratio: ratio(ourCost.wal / bareCost.wal),
      note: 'also the latest state of the node; bare: the row',
    },
    {
      what: '  CPU, node and database',
      ours: micros(ourCost.cpu),
      bare: micros(bareCost.cpu),
      ratio: ratio(ourCost.cpu / bareCost.cpu),
      note: `${digits(ours.reports)} reports over HTTP; bare: the ceiling of the reports measure`,
    },
    {
      what: '  its summaries, CPU',
      ours: micros(stored.summaryCpuSecondsEach),
      bare: '',
      ratio: '',
      note: 'database and job, minutes with their lines and hours together',
    },
  ]
}

const micros = (seconds: number): string => `${digits(seconds * 1e6)} µs`
