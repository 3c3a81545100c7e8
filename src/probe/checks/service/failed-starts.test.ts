import { expect, test } from 'vitest'
import type { Entry } from '../../journal/entry.ts'
import { failedInARow } from './service.ts'

const run = (result: Entry['result'], state: Entry['state'] = 'done'): Entry => ({
  id: 1,
  requestId: 'request-1',
  level: 'L1',
  issue: { type: 'service_down', subject: 'web', severity: 'high', description: '', details: {} },
  action: { type: 'service.restart', service: 'web' },
  state,
  decisionId: null,
  askedAt: { bootId: 'a', monotonicMs: 0 },
  approvedAt: null,
  validForMs: 0,
  result,
  output: '',
  dryRun: false,
  createdAtMs: 0,
  startedAtMs: 0,
  finishedAtMs: 0,
  delivered: true,
  reported: true,
})

test.each<[string, Entry[], number]>([
  ['none', [], 0],
  ['all failed', [run('failed'), run('failed')], 2],
  ['the newest helped', [run('success'), run('failed')], 0],
  ['one failed since the last that helped', [run('failed'), run('success'), run('failed')], 1],
  ['one is running now', [run(null, 'executing'), run('failed')], 1],
])('failed starts in a row, newest first: %s', (_name, runs, count) => expect(failedInARow(runs)).toHaveLength(count))
