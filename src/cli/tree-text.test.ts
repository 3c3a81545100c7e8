import { describe, expect, test } from 'vitest'
import type { TopologyNode } from '../contract/cluster.ts'
import { ageText, symbolOf, treeLines } from './tree-text.ts'

const node = (agent_id: string, more: Partial<TopologyNode> = {}): TopologyNode => ({
  agent_id,
  name: agent_id,
  level: 0,
  role: 'probe',
  status: 'online',
  health_status: 'healthy',
  children: [],
  ...more,
})

test.each([
  ['online', 'healthy', '●'],
  ['online', 'warning', '▲'],
  ['online', 'critical', '◆'],
  ['online', 'unknown', '?'],
  ['offline', 'critical', '○'],
  ['unreachable', 'healthy', '◌'],
  ['unknown', 'healthy', '?'],
] as const)('a node that is %s and %s is shown as %s', (status, health_status, symbol) => {
  expect(symbolOf({ status, health_status })).toBe(symbol)
})

describe('the tree', () => {
  test('shows children below their parents, with states in one column', () => {
    const root = node('root', {
      counts: { total: 3, online: 2, offline: 1, unreachable: 0, unknown: 0, healthy: 2, warning: 0, critical: 0 },
      children: [
        node('eu', { name: '欧洲', children: [node('eu-1', { status: 'offline' })] }),
        node('us', { health_status: 'warning' }),
      ],
    })
    const facts = new Map([
      ['us', { issues: { L1: 0, L2: 1, L3: 0 }, lastHeartbeatMs: 2_000, staleSinceMs: null }],
      ['eu-1', { issues: { L1: 0, L2: 0, L3: 0 }, lastHeartbeatMs: 2_000, staleSinceMs: 1_000 }],
    ])
    expect(treeLines(root, { facts, nowMs: 5_000 })).toEqual(
      [
        '● root            healthy · 2 of 3 below online',
        '├─ ● eu (欧洲)    healthy',
        '│  └─ ○ eu-1      offline · seen 4 s ago',
        '└─ ▲ us           warning · 1 L2 · seen 3 s ago',
      ].map((line) => expect.stringMatching(new RegExp(line.replace(/ {2,}/g, ' +').replace(/[()]/g, '\\$&')))),
    )
  })

  test('gives every state the same column, wide characters counted', () => {
    const lines = treeLines(node('a', { name: '很长的名字', children: [node('b')] }), { nowMs: 0 })
    const columns = lines.map((line) =>
      Array.from(line.slice(0, line.lastIndexOf('healthy')))
        .map((char) => (/\p{Script=Han}/u.test(char) ? 2 : 1))
        .reduce<number>((sum, width) => sum + width, 0),
    )
    expect(columns[0]).toBe(columns[1])
  })

  test('lets no control character of a name through', () => {
    const [line] = treeLines(node('x', { name: 'evil\u001b[2J\u202e\nname' }), { nowMs: 0 })
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/)
  })
})

test.each([
  [-5, '0 s'],
  [59_000, '59 s'],
  [61_000, '1 min'],
  [7_200_000, '2 h'],
  [172_800_000, '2 d'],
])('an age of %i ms is told as %s', (ms, text) => expect(ageText(ms)).toBe(text))
