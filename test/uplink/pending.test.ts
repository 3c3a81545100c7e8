import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLogger } from '../../src/platform/logger.ts'
import { type Pending, createPending } from '../../src/tree/uplink/pending.ts'
import { type Spool, openSpool } from '../../src/tree/uplink/spool.ts'

const NOW = 1_800_000_000_000
let folder: string
let spool: Spool
let pending: Pending

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cortex-pending-'))
  spool = openSpool({ path: join(folder, 'spool.db'), clock: () => NOW, logger: createLogger({ level: 'silent' }) })
  pending = createPending(spool)
})
afterEach(() => {
  spool.close()
  rmSync(folder, { recursive: true, force: true })
})

const put = (body: string, at = NOW) => spool.append({ kind: 'report', body, at, keep: false })
const live = () => pending.live(NOW, 1000)
const backlog = () =>
  pending.backlog({ now: NOW, liveAgeMs: 1000, maxItems: 10, maxBytes: 1e6 }).map(({ body }) => body)

test('the newest report is live while it is young, all others are backlog', () => {
  put('a')
  put('b')
  expect(live()?.body).toBe('b')
  expect(backlog()).toEqual(['a'])
})

test('a newest report that is old is backlog like the others', () => {
  put('a', NOW - 1001)
  expect(live()).toBeNull()
  expect(backlog()).toEqual(['a'])
})

test('a report that is older than one the parent has is never live again, whatever the clock says', () => {
  put('older')
  put('from the future', NOW + 3_600_000)
  put('newest')
  const newest = live()
  expect(newest?.body).toBe('newest')
  pending.done(newest ? [newest] : [])
  expect(live()).toBeNull()
  expect(backlog()).toEqual(['older', 'from the future'])
  const items = pending.backlog({ now: NOW, liveAgeMs: 1000, maxItems: 10, maxBytes: 1e6 })
  expect(pending.areHistory(items)).toBe(true)
  put('newer')
  expect(live()?.body).toBe('newer')
  pending.done(items)
  expect(live()?.body).toBe('newer')
})

test('of a backlog that the parent has nothing younger than, the end may be the present', () => {
  put('a', NOW - 5000)
  const first = pending.backlog({ now: NOW, liveAgeMs: 1000, maxItems: 1, maxBytes: 1e6 })
  expect(pending.areHistory(first)).toBe(false)
  pending.done(first)
  put('b', NOW - 4000)
  put('c', NOW - 3000)
  expect(pending.areHistory(pending.backlog({ now: NOW, liveAgeMs: 1000, maxItems: 10, maxBytes: 1e6 }))).toBe(false)
})

test('what is under way belongs to one lane only, until it is released', () => {
  put('a')
  const first = live()
  pending.claim(first ? [first] : [])
  expect(live()).toBeNull()
  put('b')
  expect(live()?.body).toBe('b')
  expect(backlog()).toEqual([])
  pending.release(first ? [first] : [])
  expect(backlog()).toEqual(['a'])
})

test('a held report counts by when it was made: what is spooled after it is younger, even by a clock that was set back', () => {
  put('before')
  pending.hold('held', NOW)
  expect(live()?.body).toBe('held')
  put('after', NOW - 500)
  expect(live()?.body).toBe('after')
})

test('a held report is live until it is done, replaced by a newer one, or old', () => {
  pending.hold('held', NOW)
  const held = live()
  expect(held?.body).toBe('held')
  pending.hold('newer', NOW)
  pending.done(held ? [held] : [])
  expect(live()?.body).toBe('newer')
  expect(pending.live(NOW + 1001, 1000)).toBeNull()
})
