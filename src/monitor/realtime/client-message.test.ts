import { expect, test } from 'vitest'
import { readMessage } from './client-message.ts'

test.each([
  ['{"type":"ping"}', { type: 'ping' }],
  ['{"type":"ping","data":{"more":1}}', { type: 'ping' }],
  ['{"type":"subscribe","topics":["new_alert"]}', { type: 'subscribe', topics: ['new_alert'] }],
  ['{"type":"subscribe","agent_ids":["a.b-c"]}', { type: 'subscribe', agent_ids: ['a.b-c'] }],
])('%s is understood', (text, message) => expect(readMessage(text)).toEqual({ ok: true, message }))

test.each([
  ['', 'JSON'],
  ['ping', 'JSON'],
  ['['.repeat(60_000), 'JSON'],
  ['null', 'type'],
  ['[]', 'type'],
  ['{"type":"pong"}', 'type'],
  ['{"type":"__proto__"}', 'type'],
  ['{"type":"subscribe","topics":["feed_moved"]}', 'topics.0'],
  ['{"type":"subscribe","topics":"new_alert"}', 'topics'],
  ['{"type":"subscribe","agent_ids":["../x"]}', 'agent_ids.0'],
  [JSON.stringify({ type: 'subscribe', agent_ids: Array.from({ length: 1001 }, () => 'a') }), 'agent_ids'],
])('%.60s is refused, naming %s', (text, named) => {
  const read = readMessage(text)
  expect(read.ok).toBe(false)
  if (!read.ok) for (const language of ['zh', 'en'] as const) expect(read.text[language]).toContain(named)
})
