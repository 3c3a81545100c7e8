import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { MonitorPoint } from '../../src/contract/better-monitor/monitor-data.ts'
import { openDatabase } from '../../src/db/open.ts'
import { averagesOf, type SampleSpan } from '../../src/monitor/history/samples.store.ts'
import { areWriting, markReports, summaryState } from '../../src/monitor/history/summaries.store.ts'
import { quiet } from '../support/quiet-logger.ts'
import { until } from '../support/until.ts'
import { dayMs, type History, startHistory } from './history.ts'
import { addSamples, hourMs, now, type Sample, storedChart, summariesOf } from './samples.ts'

const minuteMs = 60_000

let history: History
beforeEach(async () => {
  history = await startHistory()
  // Whatever a database thinks its time zone is.
  await history.sql.unsafe(`alter database ${await nameOf(history)} set timezone = 'Europe/Berlin'`)
  history.time.now = now
  await history.retention.prepare()
})
afterEach(() => history?.close())

async function nameOf({ sql }: History): Promise<string> {
  const [row] = await sql<[{ name: string }]>`select current_database() as name`
  return row.name
}

const add = (samples: readonly Sample[], sql = history.sql) => addSamples(sql, history.nodeId, samples)
const summaries = (database = history.database) => summariesOf(database)
const chartOfStored = (span: SampleSpan, nowMs: number) => storedChart(history, span, nowMs)

/** What a chart has to say, worked out from the samples themselves. */
function chartOf(samples: readonly Sample[], span: { from: Date; to: Date }, resolutionS: number) {
  const [from, to] = [span.from.getTime(), span.to.getTime()]
  const buckets = new Map<number, Sample[]>()
  for (const sample of samples.filter(({ atMs }) => atMs >= from && atMs < to)) {
    const start = Math.floor(sample.atMs / (resolutionS * 1000)) * resolutionS * 1000
    buckets.set(start, [...(buckets.get(start) ?? []), sample])
  }
  return [...buckets].toSorted(([a], [b]) => a - b).map(([start, members]) => pointOf(Math.max(start, from), members))
}

function pointOf(atMs: number, members: readonly Sample[]) {
  return {
    timestamp: new Date(atMs).toISOString(),
    cpu: spread(members.map(({ cpu }) => cpu)),
    memory: spread(members.map(({ memoryUsed }) => memoryUsed)),
    received: spread(members.map(({ received }) => (received !== null && received < 1e100 ? received : null))),
  }
}

function spread(values: ReadonlyArray<number | null>) {
  const known = values.filter((value) => value !== null)
  const average = known.reduce((sum, value) => sum + value, 0) / known.length
  return known.length === 0 ? null : { min: Math.min(...known), average, max: Math.max(...known) }
}

function said(point: MonitorPoint) {
  const three = (min: number | null, average: number | null, max: number | null) =>
    average === null ? null : { min, average: expect.closeTo(average, 6) as number, max }
  return {
    timestamp: point.timestamp,
    cpu: three(point.cpu_usage_min, point.cpu_usage, point.cpu_usage_max),
    memory: three(point.memory_used_min, point.memory_used, point.memory_used_max),
    received:
      point.network_in === null
        ? null
        : expect.objectContaining({ average: expect.closeTo(point.network_in, 6), max: point.network_in_max }),
  }
}

/** Several reports may be of the same millisecond. */
function byTimeAndCpu(a: MonitorPoint, b: MonitorPoint): number {
  return Date.parse(a.timestamp) - Date.parse(b.timestamp) || (a.cpu_usage ?? 0) - (b.cpu_usage ?? 0)
}

async function expectTruth(samples: readonly Sample[], nowMs: number): Promise<void> {
  for (const [from, to, limit] of [
    [now - 3 * dayMs - 1_234_567, now + 17, 30],
    [now - 30 * hourMs + 59_999, now - 21, 100],
    [now - 20 * hourMs - 1, now - 3 * hourMs + 1, 400],
    [now - 400 * dayMs, now + 400 * dayMs, 50],
  ] as const) {
    const span = { from: new Date(from), to: new Date(to) }
    const { data, resolution } = await chartOfStored({ ...span, limit }, nowMs)
    if (resolution > 0) expect(chartOf(samples, span, resolution)).toEqual(data.map(said))
    else
      expect(data.toSorted(byTimeAndCpu).map(said)).toEqual(
        samples
          .filter(({ atMs }) => atMs >= from && atMs < to)
          .toSorted((a, b) => a.atMs - b.atMs || a.cpu - b.cpu)
          .map((one) => pointOf(one.atMs, [one])),
      )
  }
}

const sample = fc.record<Sample>({
  // Around the change of clocks and midnight, most of them close together; a few from clocks that are far off.
  atMs: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: now - 36 * hourMs, max: now }) },
    { weight: 6, arbitrary: fc.integer({ min: now - 90 * minuteMs, max: now }) },
    { weight: 1, arbitrary: fc.integer({ min: now - 300 * dayMs, max: now + 300 * dayMs }) },
  ),
  cpu: fc.integer({ min: 0, max: 10_000 }).map((value) => value / 100),
  memoryUsed: fc.option(fc.integer({ min: 0, max: 2 ** 40 })),
  received: fc.option(fc.oneof(fc.integer({ min: 0, max: 2 ** 40 }), fc.constant(1e200))),
})
const steps = fc.array(fc.tuple(fc.array(sample, { minLength: 1, maxLength: 60 }), fc.boolean()), {
  minLength: 2,
  maxLength: 6,
})

test('charts from summaries say what the reports say: late ones, gaps, missing and absurd figures, wrong clocks', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (batches) => {
      const { sql, database } = history
      await sql`truncate reports, report_minutes, report_hours`
      await sql`update report_summaries set complete_at = null`
      const all: Sample[] = []
      for (const [batch, isSummedUp] of batches) {
        await add(batch)
        all.push(...batch)
        // What is later than a day is in charts when the summaries were made.
        if (isSummedUp || batch.some(({ atMs }) => atMs < now - dayMs)) await summaries().look()
        const { completeAt } = await summaryState(database.db)
        await expectTruth(all, completeAt?.getTime() ?? now)
      }
    }),
    { numRuns: 12, seed: 20260329, endOnFailure: true },
  )
})

const few: Sample[] = [5, 95, 20].map((cpu, index) => ({
  atMs: now - hourMs + index * 1_000,
  cpu,
  memoryUsed: 7,
  received: null,
}))

async function counted(): Promise<{ minutes: number; hours: number; reports: number }> {
  const [row] = await history.sql<[{ minutes: number; hours: number; reports: number }]>`
    select (select coalesce(sum(cpu_n), 0)::int from report_minutes) as minutes, (select coalesce(sum(cpu_n), 0)::int from report_hours) as hours,
      (select count(*)::int from reports) as reports`
  return row
}

test('a job that is killed in the middle has done nothing, and the next one goes on', async () => {
  const { sql } = history
  await add(few)
  await summaries().look()
  await add(few)
  const blocker = await sql.reserve()
  await blocker`begin`
  await blocker`select from report_minutes for update`
  const program = resolve(import.meta.dirname, 'makes-summaries.ts')
  const child = spawn(process.execPath, [program, history.url], { stdio: 'inherit' })
  await until('the job is in the middle of its work', async () => {
    const waiting = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%fresh as materialized%'`
    return waiting.length > 0
  })
  child.kill('SIGKILL')
  await once(child, 'exit')
  await blocker`rollback`
  blocker.release()
  // The database may hold the lock of a dead process for a moment: until then nothing is done.
  await until('the next job has done it', async () => {
    const { minutes } = await counted()
    expect([3, 6]).toContain(minutes)
    await summaries().look()
    return minutes === 6
  })
  await summaries().look()
  expect(await counted()).toEqual({ reports: 6, minutes: 6, hours: 6 })
})

test('several processes at once count each report once', async () => {
  const other = await openDatabase({ url: history.url, logger: quiet, max: 2, rawMax: 2 })
  try {
    for (let round = 0; round < 5; round++) {
      await Promise.all([add(few), summaries().look(), summaries(other).look(), add(few), summaries(other).look()])
    }
    await summaries().look()
    expect(await counted()).toEqual({ reports: 30, minutes: 30, hours: 30 })
  } finally {
    await other.close()
  }
})

test('a report whose id was given before others, but is committed after them, is not passed over', async () => {
  const { sql } = history
  const writer = await sql.reserve()
  await writer`begin`
  await add(few, writer)
  await add(few)
  const mark = await markReports(sql)
  expect(mark.id).toBeGreaterThanOrEqual(6)
  expect(await areWriting(sql, mark)).toBe(true)
  const look = summaries().look()
  await writer`commit`
  writer.release()
  expect(await areWriting(sql, mark)).toBe(false)
  await look
  expect(await counted()).toEqual({ reports: 6, minutes: 6, hours: 6 })
})

test('while nobody makes summaries, and until all of an older history is in them, charts read the reports', async () => {
  const { db } = history.database
  await add(few)
  const span = { from: new Date(now - 30 * dayMs), to: new Date(now), limit: 2 }
  const before = await chartOfStored(span, now)
  expect(before.data).toMatchObject([{ cpu_usage: 40, cpu_usage_min: 5, cpu_usage_max: 95 }])
  await summaries().look()
  await add(few)
  const { completeAt } = await summaryState(db)
  for (const later of [0, hourMs]) {
    const nowMs = (completeAt?.getTime() ?? 0) + later
    expect((await chartOfStored(span, nowMs)).data).toEqual(before.data)
    const day = { fromMs: now - dayMs, toMs: now }
    expect(await averagesOf(db, history.nodeId, day, nowMs)).toEqual({ avg_cpu: 40, avg_memory: 50, avg_disk: 60 })
  }
})

test('where only hours are left, a chart is made of hours, however short', async () => {
  const { sql } = history
  await add(few)
  await summaries().look()
  await sql`truncate reports, report_minutes`
  const onlyHoursBefore = new Date(now - dayMs / 2)
  const chart = async (from: number) =>
    await chartOfStored({ from: new Date(from), to: new Date(now), limit: 400, onlyHoursBefore }, now + hourMs / 30)
  expect(await chart(now - dayMs)).toMatchObject({ resolution: 3_600, data: [{ cpu_usage: 40, cpu_usage_max: 95 }] })
  expect((await chart(now - hourMs)).data).toEqual([])
})
