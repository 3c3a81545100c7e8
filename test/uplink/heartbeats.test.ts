import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLogger } from '../../src/platform/logger.ts'
import { type Gate, createGate } from '../../src/tree/uplink/gate.ts'
import { type Heartbeats, createHeartbeats } from '../../src/tree/uplink/heartbeats.ts'
import { createParentClient } from '../../src/tree/uplink/parent-client.ts'
import { type StubParent, startStubParent, until } from './stub-parent.ts'

let parent: StubParent
let gate: Gate
let lines: string[]
const started: Heartbeats[] = []

beforeEach(async () => {
  parent = await startStubParent()
  lines = []
  gate = createGate({ clock: () => 1000, random: () => 1 })
})
afterEach(async () => {
  for (const heartbeats of started.splice(0)) await heartbeats.stop({ goodbye: false })
  await parent.stop()
})

function heartbeatsOf({
  lastReportAt = null,
  intervalMs = 5,
}: {
  lastReportAt?: number | null
  intervalMs?: number
}): Heartbeats {
  const logger = createLogger({ level: 'info', write: (line) => lines.push(line) })
  const clock = () => 1000
  const client = createParentClient({
    parents: () => [{ url: parent.url, apiKey: 'k' }],
    clock,
    logger,
  })
  const status = () => 'warning' as const
  const heartbeats = createHeartbeats({
    client,
    gate,
    agentId: 'leaf',
    status,
    lastReportAt: () => lastReportAt,
    intervalMs,
    clock,
    logger,
  })
  started.push(heartbeats)
  return heartbeats
}

test('a node without reports is heard at every interval, with its status', async () => {
  heartbeatsOf({}).start()
  await until(() => parent.received.length >= 3, 'three heartbeats')
  expect(parent.received[0]?.body).toEqual({
    agent_id: 'leaf',
    timestamp: '1970-01-01T00:00:01.000Z',
    status: 'warning',
  })
})

test('an accepted report stands for a heartbeat', async () => {
  const heartbeats = heartbeatsOf({ lastReportAt: 999 })
  heartbeats.start()
  await heartbeats.stop({ goodbye: true })
  expect(parent.received.map(({ body }) => (body as { goodbye?: boolean }).goodbye)).toEqual([true])
})

test('a failed heartbeat shuts the gate for all, and while it is shut the node is silent', async () => {
  parent.behave((_path, c) => parent.refuse(c, 503, 'SERVICE_UNAVAILABLE'))
  const heartbeats = heartbeatsOf({})
  heartbeats.start()
  await until(() => gate.shutUntil() !== null, 'a shut gate')
  await heartbeats.stop({ goodbye: true })
  expect(parent.received).toHaveLength(1)
})

test('a goodbye that nobody hears is logged and does not keep the node', async () => {
  const heartbeats = heartbeatsOf({ lastReportAt: 999, intervalMs: 60_000 })
  heartbeats.start()
  parent.behave((_path, c) => parent.refuse(c, 500, 'INTERNAL_ERROR'))
  await heartbeats.stop({ goodbye: true })
  expect(lines.join('')).toContain('goodbye')
})
