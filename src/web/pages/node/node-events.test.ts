import { expect, test } from 'vitest'
import { nodeEvents } from './node-events.ts'

const at = (minute: number) => `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z`
const detail: Parameters<typeof nodeEvents>[0] = {
  issues: [
    { level: 'L3', type: 'disk_full', subject: '/var', description: '98 %', severity: 'critical', timestamp: at(1) },
  ],
  actions: [{ level: 'L1', action: 'rotate log /a', result: 'success', details: '', timestamp: at(4) }],
  decisions: [
    {
      decision_id: 7,
      issue_type: 'service_down',
      status: 'approved',
      reason: 'safe',
      proposed_action: 'restart',
      created_at: at(3),
    },
  ],
  alerts: [{ alert_id: 9, level: 'L3', type: 'disk_full', status: 'new', created_at: at(2) }],
  events: [{ event_id: 5, type: 'note', description: 'joined', timestamp: at(0) }],
}

test('issues, actions, decisions, alerts and intents stand on one line, the newest first', () => {
  expect(nodeEvents(detail, null).map(({ kind, state, text }) => [kind, state, text])).toEqual([
    ['action', 'success', 'rotate log /a'],
    ['decision', 'approved', 'service_down: restart'],
    ['alert', 'new', 'L3 disk_full'],
    ['issue', 'L3', 'disk_full (/var): 98 %'],
    ['intent', 'note', 'joined'],
  ])
})

test('one kind alone can be looked at, and leads where it belongs', () => {
  expect(nodeEvents(detail, 'decision')).toMatchObject([{ id: 7, tone: 'good' }])
  expect(nodeEvents(detail, 'issue')).toMatchObject([{ id: null, tone: 'bad' }])
})
