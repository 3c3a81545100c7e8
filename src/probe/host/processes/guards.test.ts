import { expect, test } from 'vitest'
import { type Target, whyNot } from './guards.ts'
import { startedAtMs } from './start-time.ts'

const stat = { pid: 42, ppid: 7, name: 'app', state: 'S', ticks: 0, startTicks: 500, rssPages: 1 }
const facts = { threadGroup: 42, uid: 0, rssBytes: 4096, hasMemory: true }
const target: Target = { pid: 42, stat, facts, bootTimeMs: 1_000_000, isOurs: false, isDatabase: false }
const listed = new Date(startedAtMs(1_000_000, 500)).toISOString()
const other = new Date(startedAtMs(1_000_000, 777)).toISOString()

test.each([
  ['without a time', undefined],
  ['with its own time', listed],
])('an ordinary process may be signalled %s', (_name, time) => expect(whyNot(target, time)).toBeNull())

test.each<[string, Partial<Target>, string | undefined, number, RegExp]>([
  ['process 1', { pid: 1 }, undefined, 403, /Process 1/],
  ['a process that is gone', { stat: null, facts: null }, undefined, 404, /no process/],
  ['a number of a thread', { facts: { ...facts, threadGroup: 41 } }, undefined, 404, /no process/],
  ['the node', { isOurs: true }, listed, 403, /this node/],
  ["the node's database", { isDatabase: true }, listed, 403, /database/],
  ['another process of that number', {}, other, 409, /another process/],
  ['a zombie', { stat: { ...stat, state: 'Z' }, facts: { ...facts, hasMemory: false } }, undefined, 409, /parent 7/],
  ['a kernel thread', { facts: { ...facts, hasMemory: false } }, undefined, 403, /kernel/],
])('%s is refused', (_name, change, time, status, text) => {
  const refusal = whyNot({ ...target, ...change }, time)
  expect(refusal?.status).toBe(status)
  expect(refusal?.text.en).toMatch(text)
})
