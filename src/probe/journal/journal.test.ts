import { afterEach, expect, test } from 'vitest'
import { createLogger } from '../../platform/logger.ts'
import { openJournal, type Journal } from './journal.ts'

const HOUR = 3_600_000
const moment = { bootId: 'boot', monotonicMs: 1000 }
const issue = { type: 'service_down', subject: 'web', severity: 'high' as const, description: 'down', details: {} }
const action = { type: 'service.restart' as const, service: 'web' }

let now = 1_000_000_000
let journal: Journal
function open(): Journal {
  journal = openJournal({ file: ':memory:', clock: () => now, logger: createLogger({ level: 'silent' }) })
  return journal
}
afterEach(() => journal.close())

const entry = (requestId: string) => ({ requestId, issue, action, at: moment })

test('an approved action is claimed once', () => {
  const asked = open().ask(entry('request-1'))
  expect(journal.claim(asked.id, false)).toBe(false)
  expect(journal.approve(asked.id, 7, 1000, moment)).toBe(true)
  expect(journal.claim(asked.id, false)).toBe(true)
  expect(journal.claim(asked.id, false)).toBe(false)
  expect(journal.finish(asked.id, 'success', 'ok')).toBe(true)
  expect(journal.claim(asked.id, false)).toBe(false)
  expect(journal.lastAsked('service_down', 'web')).toMatchObject({
    state: 'done',
    decisionId: 7,
    result: 'success',
    delivered: false,
  })
})

test('a refused request cannot be approved afterwards', () => {
  const asked = open().ask(entry('request-1'))
  expect(journal.end(asked.id, 'refused', 'no', 3)).toBe(true)
  expect(journal.approve(asked.id, 3, 1000, moment)).toBe(false)
  expect(journal.undelivered()).toEqual([])
})

test('an approved request that ends without a run is told to the monitor', () => {
  const asked = open().ask(entry('request-1'))
  journal.approve(asked.id, 3, 1000, moment)
  journal.end(asked.id, 'expired', 'not run: approval_stale')
  expect(journal.undelivered().map((e) => e.output)).toEqual(['not run: approval_stale'])
})

test('restarts are counted for one hour, dry runs are not', () => {
  open().begin(entry('request-1'), false)
  journal.begin(entry('request-2'), true)
  expect(journal.serviceRuns('web')).toHaveLength(1)
  expect(journal.runsInLastHour()).toBe(1)
  now += HOUR
  expect(journal.serviceRuns('web')).toHaveLength(0)
  expect(journal.runsInLastHour()).toBe(0)
})

test('a run stands in a report once', () => {
  const begun = open().begin(entry('request-1'), false)
  expect(journal.unreported()).toEqual([])
  journal.finish(begun.id, 'failed', 'no')
  expect(journal.unreported().map((e) => e.requestId)).toEqual(['request-1'])
  journal.markReported([begun.id])
  expect(journal.unreported()).toEqual([])
})

test('what was told is forgotten after a week, what was not stays', () => {
  const told = open().begin(entry('request-1'), false)
  journal.finish(told.id, 'success', '')
  journal.markReported([told.id])
  const untold = journal.begin(entry('request-2'), false)
  journal.finish(untold.id, 'success', '')
  now += 8 * 24 * HOUR
  journal.prune()
  expect(journal.inState('done').map((e) => e.requestId)).toEqual(['request-2'])
})
