import { expect, test } from 'vitest'
import { complaintsIn } from './node-process.ts'
import { modelEnvironment } from './model-environment.ts'
import { eventText } from './narration.ts'

test.each([
  [
    'node_status_changed',
    { agent_id: 'a', old_status: 'online', new_status: 'offline', reason: 'heartbeat_timeout' },
    'a is offline (heartbeat_timeout)',
  ],
  [
    'node_status_changed',
    {
      agent_id: 'a',
      old_status: 'online',
      new_status: 'online',
      old_health: 'healthy',
      new_health: 'warning',
      reason: 'x',
    },
    'a is warning',
  ],
  [
    'new_alert',
    { alert_id: 1, agent_id: 'a', level: 'L3', type: 'disk\u001b[2J', severity: 'high', description: 'x' },
    'L3 alert on a: disk�[2J (high)',
  ],
  ['alert_updated', { alert_id: 1, agent_id: 'a', status: 'resolved', severity: 'high' }, 'the alert on a is resolved'],
  [
    'decision_completed',
    { decision_id: 1, agent_id: 'a', status: 'approved', issue_type: 'service_down', reason: 'r', authority: 'root' },
    'decision for a (service_down): approved by root',
  ],
  [
    'decision_executed',
    { decision_id: 1, agent_id: 'a', issue_type: 'service_down', execution_result: 'success' },
    'a has carried out the decision: success',
  ],
  ['node_removed', { agent_id: 'a', reason: 'deleted' }, 'a has left'],
  ['report_received', { agent_id: 'a', status: 'healthy', timestamp: '2026-01-01T00:00:00Z' }, null],
  ['something_new', {}, null],
])('the event %s is told in a line', (type, data, text) => expect(eventText({ type, data })).toBe(text))

test('the root of the demo gets the model of the environment, and nothing else of it', () => {
  const env = { CORTEX_LLM_MODEL: 'm', OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'u', CORTEX_PORT: '1', DATABASE_URL: 'd' }
  expect(modelEnvironment(env).env).toEqual({
    CORTEX_LLM_LANGUAGE: 'en',
    CORTEX_LLM_MODEL: 'm',
    OPENAI_API_KEY: 'k',
    OPENAI_BASE_URL: 'u',
  })
  expect(modelEnvironment({ OPENAI_API_KEY: 'k' }).env).toEqual({})
})

test('of a log, warnings and errors are complaints, and other lines are none', () => {
  const log = [
    'welcome text',
    '{"level":"info","msg":"up"}',
    '{"level":"warn","msg":"slow"}',
    '{"level":"error","msg":"lost","err":{"message":"ECONN\\u001b"}}',
    '{"level":"warn","ms',
  ].join('\n')
  expect(complaintsIn(log)).toEqual(['warn: slow', 'error: lost (ECONN�)'])
})
