import { expect, test } from 'vitest'
import { treeRows } from './tree-rows.ts'

const childrenOf = new Map<string | null, string[]>([
  [null, ['root']],
  ['root', ['eu', 'us']],
  ['eu', ['a', 'b']],
])

test('lines come in the order of the tree, with what is closed left out', () => {
  expect(treeRows(childrenOf, (id) => id !== 'us')).toEqual([
    { agentId: 'root', depth: 0, expanded: true },
    { agentId: 'eu', depth: 1, expanded: true },
    { agentId: 'a', depth: 2, expanded: null },
    { agentId: 'b', depth: 2, expanded: null },
    { agentId: 'us', depth: 1, expanded: null },
  ])
  expect(treeRows(childrenOf, () => false)).toEqual([{ agentId: 'root', depth: 0, expanded: false }])
})

test('data that forms a ring ends', () => {
  const ring = new Map<string | null, string[]>([
    [null, ['a']],
    ['a', ['b']],
    ['b', ['a']],
  ])
  expect(treeRows(ring, () => true).map((row) => row.agentId)).toEqual(['a', 'b'])
})
