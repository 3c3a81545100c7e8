import { expect, test } from 'vitest'
import { type ChildSign, judgeSilence } from './silence.ts'

const child = (nodeId: number, lastSeenMs: number, status: ChildSign['status'] = 'online'): ChildSign => ({
  nodeId,
  lastSeenMs,
  status,
})
const judge = (nowMs: number, children: ChildSign[], sinceMs = 0) =>
  judgeSilence({ nowMs, offlineAfterMs: 45, sinceMs, children })

test('a child is offline only after the whole time-out', () => {
  expect(judge(145, [child(1, 100), child(2, 140), child(3, 140), child(4, 141)]).offline).toEqual([])
  expect(judge(146, [child(1, 100), child(2, 140), child(3, 140), child(4, 141)]).offline).toEqual([1])
})

test('silence does not count from before the monitor’s own start', () => {
  expect(judge(1000, [child(1, 100)], 990).offline).toEqual([])
  expect(judge(1036, [child(1, 100)], 990).offline).toEqual([1])
})

test('a sign from before the clock was set back keeps nobody alive: silence counts from then', () => {
  const heardInTheFuture = [child(1, 3_600_100), child(2, 140), child(3, 140), child(4, 141)]
  expect(judge(145, heardInTheFuture, 100).offline).toEqual([])
  expect(judge(146, heardInTheFuture, 100).offline).toEqual([1])
})

test('when most children fall silent at once, none is called offline', () => {
  const cut = [child(1, 100), child(2, 103), child(3, 109), child(4, 105)]
  expect(judge(146, cut)).toEqual({ offline: [], unknown: [1], suspect: true })
  expect(judge(160, cut)).toEqual({ offline: [], unknown: [1, 2, 3, 4], suspect: true })
})

test('children that stay silent after the monitor is back are offline, counted from its return', () => {
  const children = [child(1, 100, 'unknown'), child(2, 995), child(3, 995), child(4, 996)]
  expect(judge(1000, children, 990).offline).toEqual([])
  const heard = [child(1, 100, 'unknown'), child(2, 1030), child(3, 1031), child(4, 1033)]
  expect(judge(1036, heard, 990).offline).toEqual([1])
})

test('two children may both be gone: with so few, silence says nothing about the monitor', () => {
  expect(judge(146, [child(1, 100), child(2, 100)])).toEqual({ offline: [1, 2], unknown: [], suspect: false })
})

test('what is offline or unreachable already is not judged again', () => {
  expect(judge(999, [child(1, 0, 'offline'), child(2, 0, 'unreachable')])).toEqual({
    offline: [],
    unknown: [],
    suspect: false,
  })
})
