import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openDatabase } from '../../src/db/open.ts'
import { quiet } from '../support/quiet-logger.ts'
import { dayMs, daysAgo, type History, now, startHistory } from './history.ts'

let history: History
beforeEach(async () => {
  history = await startHistory()
})
afterEach(() => history?.close())

const needed = ['reports_20260614', 'reports_20260615', 'reports_20260616', 'reports_20260617', 'reports_20260618']

test('after the start a report of each of the next days lands in its own partition', async () => {
  await history.retention.prepare()
  expect(await history.partitions()).toEqual([...needed, 'reports_default'])
  const first = new Date(Date.UTC(2026, 5, 15))
  const last = new Date(Date.UTC(2026, 5, 15, 23, 59, 59, 999))
  await history.addReports([first, last, daysAgo(1), daysAgo(-3), daysAgo(7), daysAgo(-100)])
  expect(await history.places()).toEqual({
    reports_20260614: 1,
    reports_20260615: 2,
    reports_20260618: 1,
    reports_default: 2,
  })
})

test('as days pass new partitions come, and preparing twice changes nothing', async () => {
  await history.retention.prepare()
  await history.retention.prepare()
  history.time.now = now + 2 * dayMs
  await history.retention.prepare()
  expect(await history.partitions()).toEqual([...needed, 'reports_20260619', 'reports_20260620', 'reports_default'])
})

test('a day whose reports the default partition had to take gets them all, each still once', async () => {
  const times = Array.from({ length: 50 }, (_, at) => new Date(now + at * 1_000))
  await history.addReports([...times, daysAgo(10)])
  const [sample] = await history.sql`select * from reports where reported_at = ${daysAgo(0)}`
  await history.retention.prepare()
  expect(await history.places()).toEqual({ reports_20260615: 50, reports_default: 1 })
  expect(await history.sql`select * from reports where reported_at = ${daysAgo(0)}`).toEqual([sample])

  const [row] = await history.sql`select * from reports where reported_at = ${daysAgo(0)}`
  const { report_uid: uid } = row as { report_uid: string }
  const repeat = await history.sql`
    insert into reports select * from reports where report_uid = ${uid} on conflict do nothing returning id`
  expect(repeat).toHaveLength(0)
})

test('processes that prepare at once, while reports come in, neither fail nor lose one', async () => {
  const other = await openDatabase({ url: history.url, logger: quiet, max: 1, rawMax: 2 })
  try {
    let sent = 0
    let preparing = true
    const sender = async () => {
      while (preparing) await history.addReports([new Date(now + (sent += 1))])
    }
    const sending = Promise.all([sender(), sender()])
    await vi.waitFor(() => expect(sent).toBeGreaterThan(10), 20_000)
    const all = [history.retention, history.retentionOf(other), history.retentionOf(other)]
    const prepared = Promise.all(all.map((retention) => retention.prepare())).finally(() => (preparing = false))
    await Promise.all([prepared, sending])
    expect(await history.partitions()).toEqual([...needed, 'reports_default'])
    expect(await history.places()).toEqual({ reports_20260615: sent })
  } finally {
    await other.close()
  }
})

test('a table that is in use for long does not hold up the start', async () => {
  await history.addReports([daysAgo(0)])
  const reader = await history.sql.reserve()
  try {
    await reader`begin`
    await reader`select count(*) from reports`
    const [first] = await Promise.all([history.retention.prepare(), history.addReports([daysAgo(-1)])])
    expect(first).toBeUndefined()
    expect(history.lines.join('')).toContain('in use')
  } finally {
    await reader`rollback`
    reader.release()
  }
  await history.retention.prepare()
  expect(await history.places()).toEqual({ reports_20260615: 1, reports_20260616: 1 })
})
