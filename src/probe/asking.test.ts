import { expect, test } from 'vitest'
import { beforeAsking, requestOf } from './asking.ts'
import type { Entry } from './journal/entry.ts'
import type { Observation } from './observation.ts'

const action = { type: 'service.restart', service: 'web' } as const
const fault: Observation = {
  type: 'service_down',
  subject: 'web',
  level: 'L2',
  severity: 'high',
  description: 'down',
  details: {},
  action,
}
const entry: Entry = {
  id: 1,
  requestId: 'request-1',
  level: 'L2',
  issue: { type: 'service_down', subject: 'web', severity: 'high', description: 'down', details: {} },
  action,
  state: 'refused',
  decisionId: 4,
  askedAt: { bootId: 'a', monotonicMs: 0 },
  approvedAt: null,
  validForMs: 0,
  result: null,
  output: '',
  dryRun: false,
  createdAtMs: 0,
  startedAtMs: null,
  finishedAtMs: 1000,
  delivered: true,
  reported: true,
}
const now = { nowMs: 2000, coolDownMs: 600_000, lifeLeftMs: 1000, levelChanged: false }

test.each<[string, Entry | null, Partial<typeof now>, 'ask' | 'wait' | 'resume']>([
  ['a new fault', null, {}, 'ask'],
  ['rejected a moment ago', entry, {}, 'wait'],
  ['rejected long ago', entry, { nowMs: 601_000 }, 'ask'],
  ['rejected, then at another level', entry, { levelChanged: true }, 'ask'],
  ['rejected at a time that is yet to come: the clock was set back', entry, { nowMs: 0 }, 'ask'],
  ['asked and still alive', { ...entry, state: 'asked' }, {}, 'resume'],
  ['asked, and its life is over', { ...entry, state: 'asked' }, { lifeLeftMs: 0 }, 'ask'],
  [
    'asked for another action',
    { ...entry, state: 'asked', action: { type: 'service.start', service: 'web' } },
    {},
    'ask',
  ],
  ['being repaired', { ...entry, state: 'executing' }, {}, 'wait'],
  ['repaired, and down again', { ...entry, state: 'done', result: 'success' }, {}, 'ask'],
  ['a repair did not help', { ...entry, state: 'done', result: 'partial' }, {}, 'wait'],
  ['nobody answered in time', { ...entry, state: 'expired', decisionId: null }, {}, 'ask'],
  ['the monitor let it expire', { ...entry, state: 'expired' }, {}, 'wait'],
  ['the fault had gone', { ...entry, state: 'withdrawn' }, {}, 'ask'],
])('%s: %4$s', (_name, last, change, expected) => {
  const answer = beforeAsking(last, fault, { ...now, ...change })
  expect(answer.ask ? 'ask' : answer.resume ? 'resume' : 'wait').toBe(expected)
})

test('the question carries the typed action and its text', () => {
  const request = requestOf(entry, { agentId: 'leaf', history: [{ ...entry, result: 'success' }], load: '0.5' })
  expect(request).toMatchObject({
    request_id: 'request-1',
    issue: { action, proposed_fix: 'systemctl restart web', subject: 'web' },
    context: { recent_events: ['1970-01-01T00:00:01.000Z L2 systemctl restart web: success'] },
  })
})
