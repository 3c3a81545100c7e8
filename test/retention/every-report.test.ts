import { afterEach, beforeEach, expect, test } from 'vitest'
import { summaryState } from '../../src/monitor/history/summaries.store.ts'
import { dayMs, type History, startHistory } from './history.ts'
import { addSamples, hourMs, now, storedChart, summariesOf } from './samples.ts'

let history: History
beforeEach(async () => {
  history = await startHistory()
  history.time.now = now
  await history.retention.prepare()
})
afterEach(() => history?.close())

test('every report of a span is a point, by time, the same before and after they are summed up', async () => {
  const { sql, nodeId, database } = history
  const span = { from: new Date(now - 2 * hourMs + 12_345), to: new Date(now), limit: 10_000 }
  // The second ones come late, into minutes that have lines already; a few have no figures.
  const early = Array.from({ length: 700 }, (_, index) => ({
    atMs: now - 2 * hourMs + index * 10_007,
    cpu: index / 7,
    memoryUsed: index % 5 === 0 ? null : index * 1e6,
    received: index % 11 === 0 ? 1e200 : 0.1 + index,
  }))
  const late = early.filter((_, index) => index % 3 === 0).map((one) => ({ ...one, atMs: one.atMs - 4_321, cpu: 1e-7 }))
  const points = async (nowMs: number) => {
    const { data, resolution } = await storedChart(history, span, nowMs)
    expect(resolution).toBe(0)
    expect(data.map(({ timestamp }) => timestamp)).toEqual(data.map(({ timestamp }) => timestamp).toSorted())
    return data
  }
  await addSamples(sql, nodeId, early)
  const first = await points(now)
  await summariesOf(database).look()
  const completeAt = async () => (await summaryState(database.db)).completeAt?.getTime() ?? 0
  expect(await points(await completeAt())).toEqual(first)
  await addSamples(sql, nodeId, late)
  const all = await points(await completeAt())
  expect(all).toHaveLength([...early, ...late].filter(({ atMs }) => atMs >= span.from.getTime()).length)
  expect(all).toContainEqual(
    expect.objectContaining({ cpu_usage: 1e-7, cpu_usage_max: 1e-7, load_avg_15: 3, network_in: null }),
  )
  // Nobody made summaries for long: all of it comes from the reports.
  expect(await points(now + dayMs)).toEqual(all)
  await summariesOf(database).look()
  expect(await points(await completeAt())).toEqual(all)
  // As an older version left them.
  await sql`update report_minutes set lines = null where at < ${new Date(now - hourMs)}`
  expect(await points(await completeAt())).toEqual(all)
})
