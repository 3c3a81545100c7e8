import { expect, test } from 'vitest'
import { Report } from '../../contract/reports.ts'
import { currentItems, doubtful, type Incoming } from './incoming.ts'

const report = (timestamp: string, order?: string) =>
  Report.parse({
    agent_id: 'a',
    timestamp,
    status: 'healthy',
    metrics: { cpu_percent: 1, memory_percent: 1, disk_percent: 1, load_average: [0, 0, 0], uptime_seconds: 1 },
    metadata: { report_order: order },
  })
const item = (nodeId: number, second: number, backlog: boolean, history = false): Incoming => ({
  nodeId,
  agentId: `n${nodeId}`,
  report: report(`2026-01-01T00:00:${String(second).padStart(2, '0')}Z`),
  receivedAtMs: 0,
  fallbackUid: 'u',
  backlog,
  history,
})
const live = (second: number, order: string): Incoming => ({
  ...item(1, second, false),
  report: report(`2026-01-01T00:00:${String(second).padStart(2, '0')}Z`, `0000000${order}`),
})
const at = (second: number) => Date.UTC(2026, 0, 1, 0, 0, second)

test.each<[string, Incoming[], Array<[number, number | null]>, number[]]>([
  ['a live report is the present', [item(1, 5, false)], [[1, at(3)]], [0]],
  ['a live report is the present even when the sender’s clock was set back', [item(1, 5, false)], [[1, at(50)]], [0]],
  ['the newest of two live reports wins', [item(1, 5, false), item(1, 4, false)], [[1, null]], [0]],
  ['a backlog older than the present is history', [item(1, 5, true)], [[1, at(6)]], []],
  ['a repeat of the present is history', [item(1, 5, true)], [[1, at(5)]], []],
  [
    'the end of a backlog is the present when nothing newer is known',
    [item(1, 5, true), item(1, 7, true), item(1, 6, true)],
    [[1, at(3)]],
    [1],
  ],
  ['what the sender calls history is never the present', [item(1, 9, true, true)], [[1, at(3)]], []],
  ['a live report beats any backlog', [item(1, 9, true), item(1, 8, false)], [[1, null]], [1]],
  ['each node has its own present', [item(1, 1, false), item(2, 1, false)], [], [0, 1]],
])('%s', (_guarantee, items, known, expected) => {
  const presents = new Map(known.map(([id, atMs]) => [id, { atMs, order: null }]))
  expect([...currentItems(items, presents)]).toEqual(expected)
})

test.each<[string, Incoming[], number[]]>([
  ['a live report that was made before the present state is late', [live(5, 'a-6')], []],
  ['one that was made after it is the present, though the clock was set back', [live(5, 'a-8')], [0]],
  ['of one of another run nobody knows: it is the present', [live(5, 'b-1')], [0]],
  [
    'of two that come together the one that was made later wins, whatever their times',
    [live(5, 'a-9'), live(6, 'a-8')],
    [0],
  ],
])('%s', (_guarantee, items, expected) => {
  const present = { atMs: at(50), order: { series: '0000000a', number: 7 } }
  expect([...currentItems(items, new Map([[1, present]]))]).toEqual(expected)
})

test('only live reports that are not after the present state are in doubt', () => {
  const items = [item(1, 5, false), item(2, 9, false), item(1, 4, true), item(3, 1, false)]
  const presents = new Map([1, 2].map((id) => [id, { atMs: at(5), order: null }]))
  expect(doubtful(items, presents)).toEqual([items[0]])
})
