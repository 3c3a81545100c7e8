import { expect, test } from 'vitest'
import { judgeSelf, type Self } from './judge-self.ts'

const now = Date.parse('2026-01-02T00:00:00Z')
const at = (agoMs: number) => new Date(now - agoMs).toISOString()

const good: Self = {
  agent_id: 'eu',
  name: 'eu',
  node_uid: 'u',
  version: '1.0.0',
  parts: ['monitor', 'upstream'],
  started_at: at(60_000),
  uptime_seconds: 60,
  lineage: ['root'],
  parent: { agent_id: 'root', url: 'http://root', link: 'connected', connected_since: at(1000), last_error: null },
  spool: { depth: 0, bytes: 0, oldest_at: null, trouble: null },
  last_inspection: null,
  monitor: {
    database: { kind: 'own', answers: true, answer_ms: 3, size_bytes: 1 },
    model: {
      configured: true,
      name: 'm',
      state: 'ready',
      in_flight: 0,
      queued: 0,
      used_in_last_hour: 1,
      budget_per_hour: 100,
    },
    queues: {
      decisions_pending: 0,
      notices_waiting: 0,
      oldest_notice_at: null,
      notices_failed_last_day: 0,
      commands_waiting: 0,
    },
    processes: null,
  },
}
type Monitor = NonNullable<Self['monitor']>
const withMonitor = (change: (monitor: Monitor) => Partial<Monitor>): Self => {
  const monitor = good.monitor as Monitor
  return { ...good, monitor: { ...monitor, ...change(monitor) } }
}

test('where all is well nothing is to be done', () => {
  const judged = judgeSelf(good, now)
  expect(judged.map(({ part }) => part)).toEqual([
    'parent',
    'spool',
    'database',
    'model',
    'decisions',
    'notices',
    'commands',
  ])
  expect(judged.filter(({ mark, todo }) => mark !== 'healthy' || todo !== null)).toEqual([])
})

test.each<[string, Self, object]>([
  [
    'a lost parent',
    { ...good, parent: { ...good.parent!, link: 'disconnected', last_error: 'refused' } },
    { part: 'parent', mark: 'critical', state: 'cutOff', todo: 'mendParent', error: 'refused' },
  ],
  ['a root', { ...good, parent: null }, { part: 'parent', mark: 'healthy', state: 'isRoot', todo: null }],
  [
    'reports on their way',
    { ...good, spool: { depth: 2, bytes: 9, oldest_at: at(1000), trouble: null } },
    { part: 'spool', mark: 'healthy', state: 'spoolWaits' },
  ],
  [
    'reports that nobody takes',
    { ...good, spool: { depth: 2, bytes: 9, oldest_at: at(3_600_000), trouble: null } },
    { part: 'spool', mark: 'warning', todo: 'mendSpool' },
  ],
  [
    'a disk that takes no report',
    { ...good, spool: { depth: 2, bytes: 9, oldest_at: at(1000), trouble: 'disk' } },
    { part: 'spool', mark: 'critical', state: 'spoolFails', todo: 'mendSpoolDisk', error: 'disk' },
  ],
  [
    'a database that is away, of which no queue is known',
    withMonitor(({ database }) => ({ database: { ...database, answers: false, answer_ms: null }, queues: null })),
    { part: 'database', mark: 'critical', todo: 'mendDatabase' },
  ],
  [
    'a slow database',
    withMonitor(({ database }) => ({ database: { ...database, answer_ms: 900 } })),
    { part: 'database', mark: 'warning', state: 'databaseSlow' },
  ],
  [
    'a model that is left alone',
    withMonitor(({ model }) => ({ model: { ...model, state: 'left_alone' } })),
    { part: 'model', mark: 'critical', todo: 'mendModel' },
  ],
  [
    'a budget that is nearly spent',
    withMonitor(({ model }) => ({ model: { ...model, used_in_last_hour: 95 } })),
    { part: 'model', mark: 'warning', state: 'modelSpent' },
  ],
  [
    'notices that failed',
    withMonitor(({ queues }) => ({ queues: { ...queues!, notices_failed_last_day: 2 } })),
    { part: 'notices', mark: 'warning', state: 'noticesFailed' },
  ],
  [
    'a decision that waits',
    withMonitor(({ queues }) => ({ queues: { ...queues!, decisions_pending: 1 } })),
    { part: 'decisions', mark: 'warning', todo: 'decide' },
  ],
])('%s is named', (_what, self, expected) => {
  expect(judgeSelf(self, now)).toContainEqual(expect.objectContaining(expected))
})
