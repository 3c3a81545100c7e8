import { expect, test } from 'vitest'
import { buildTopology, type FlatNode } from './topology.ts'

const node = (id: number, parentId: number | null, agentId: string, extra: Partial<FlatNode> = {}): FlatNode => ({
  id,
  parentId,
  agentId,
  name: agentId,
  role: 'probe',
  status: 'online',
  health: 'healthy',
  ...extra,
})
const tree = [
  node(4, 2, 'web-2', { status: 'unreachable', health: 'critical' }),
  node(1, null, 'root', { role: 'monitor' }),
  node(3, 2, 'web-1', { health: 'warning' }),
  node(2, 1, 'eu', { role: 'monitor', status: 'offline', health: 'unknown' }),
]

test('every node stands below its parent, in the order of names, with its level', () => {
  const built = buildTopology(tree, 1)
  expect(built?.root).toMatchObject({ agent_id: 'root', level: 0, children: [{ agent_id: 'eu', level: 1 }] })
  expect(built?.root.children[0]?.children.map((child) => [child.agent_id, child.level])).toEqual([
    ['web-1', 2],
    ['web-2', 2],
  ])
  expect([built?.total, built?.levels]).toEqual([4, 3])
})

test('monitors count everything below them, leaves count nothing', () => {
  const root = buildTopology(tree, 1)?.root
  expect(root?.counts).toEqual({
    total: 3,
    online: 1,
    offline: 1,
    unreachable: 1,
    unknown: 0,
    healthy: 0,
    warning: 1,
    critical: 1,
  })
  expect(root?.children[0]?.children[0]).not.toHaveProperty('counts')
})

test('a depth cuts what is shown and not what is counted', () => {
  const built = buildTopology(tree, 1, 1)
  expect(built?.root.children[0]?.children).toEqual([])
  expect(built?.root.counts?.total).toBe(3)
})

test('another root shows its own subtree from level 0', () => {
  expect(buildTopology(tree, 2)?.root).toMatchObject({ agent_id: 'eu', level: 0 })
  expect(buildTopology(tree, 99)).toBeNull()
})
