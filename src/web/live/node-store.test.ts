import { expect, test, vi } from 'vitest'
import { createNodeStore, type NodeItem } from './node-store.ts'

function nodeOf(agent_id: string, path: string[], more: Partial<NodeItem> = {}): NodeItem {
  return {
    agent_id,
    server_id: 1,
    name: agent_id,
    role: 'probe',
    version: null,
    status: 'online',
    health_status: 'healthy',
    last_heartbeat: null,
    issues_count: { L1: 0, L2: 0, L3: 0 },
    metrics: null,
    parent_id: path.at(-2) ?? null,
    path,
    depth: path.length - 1,
    stale_since: null,
    ...more,
  }
}

const root = nodeOf('root', ['root'], { role: 'monitor' })
const eu = nodeOf('eu', ['root', 'eu'], { role: 'monitor' })
const leaves = ['db-10', 'db-2', 'db-1'].map((id) => nodeOf(id, ['root', 'eu', id]))

function filled() {
  const flushes: Array<() => void> = []
  const store = createNodeStore({ schedule: (flush) => void flushes.push(flush) })
  const flush = () => flushes.splice(0).forEach((run) => run())
  store.replace([root, eu, ...leaves])
  flush()
  return { store, flush, flushes }
}
const timestamp = '2026-01-01T00:00:00Z'
const down = (agent_id: string) =>
  ({
    type: 'node_status_changed',
    timestamp,
    data: { agent_id, old_status: 'online', new_status: 'offline', reason: 'heartbeat_timeout' },
  }) as const

test('the tree is arranged by number in names, and counted at every monitor', () => {
  const { store } = filled()
  const { childrenOf, counts } = store.view()
  expect(childrenOf.get('eu')).toEqual(['db-1', 'db-2', 'db-10'])
  expect(childrenOf.get(null)).toEqual(['root'])
  expect(counts.get('eu')).toMatchObject({ total: 3, online: 3, healthy: 3 })
  expect(counts.get('root')?.total).toBe(4)
  expect(counts.get(null)?.total).toBe(5)
})

test('many events are shown together, and who looks at one node hears of that one alone', () => {
  const { store, flush, flushes } = filled()
  const first = vi.fn()
  const second = vi.fn()
  const all = vi.fn()
  store.subscribeTo('db-1', first)
  store.subscribeTo('db-2', second)
  store.subscribe(all)
  for (let count = 0; count < 50; count += 1) {
    store.apply({ type: 'report_received', timestamp, data: { agent_id: 'db-1', status: 'warning', timestamp } })
  }
  expect(flushes).toHaveLength(1)
  flush()
  expect(first).toHaveBeenCalledOnce()
  expect(all).toHaveBeenCalledOnce()
  expect(second).not.toHaveBeenCalled()
  expect(store.node('db-1')).toMatchObject({ health_status: 'warning', last_heartbeat: timestamp })
  expect(store.view().counts.get('eu')).toMatchObject({ warning: 1, healthy: 2 })
})

test('a report that changes no state leaves the tree and all counts as they are; a state changes those above it alone', () => {
  const { store, flush } = filled()
  const us = nodeOf('us', ['root', 'us'], { role: 'monitor' })
  store.merge([us, nodeOf('web-1', ['root', 'us', 'web-1'])])
  flush()
  const before = store.view()
  store.apply({ type: 'report_received', timestamp, data: { agent_id: 'db-1', status: 'healthy', timestamp } })
  flush()
  expect(store.view()).not.toBe(before)
  expect(store.view().childrenOf).toBe(before.childrenOf)
  expect(store.view().counts).toBe(before.counts)
  store.apply(down('db-1'))
  flush()
  expect(store.view().childrenOf).toBe(before.childrenOf)
  expect(store.view().counts.get('us')).toBe(before.counts.get('us'))
  expect(store.view().counts.get('eu')).not.toBe(before.counts.get('eu'))
})

test('a region that moves takes the paths of its nodes along', () => {
  const { store, flush } = filled()
  const before = store.view()
  store.merge([nodeOf('db-1', ['root', 'europe', 'eu', 'db-1'])])
  flush()
  expect(store.view().childrenOf).not.toBe(before.childrenOf)
})

test('a silent node is counted as silent, not by its last health', () => {
  const { store, flush } = filled()
  store.apply(down('db-2'))
  flush()
  expect(store.view().counts.get('root')).toMatchObject({ offline: 1, healthy: 3, total: 4 })
})

test('an event of an unknown node asks for the list; a removed node is gone at once', () => {
  const { store, flush } = filled()
  expect(store.apply(down('new-one'))).toBe(false)
  expect(store.apply({ type: 'node_removed', timestamp, data: { agent_id: 'db-1', reason: 'deleted' } })).toBe(true)
  flush()
  expect(store.view().childrenOf.get('eu')).toEqual(['db-2', 'db-10'])
})

test('what a newer list does not hold is gone; what a single page does not hold stays', () => {
  const { store, flush } = filled()
  store.merge([root])
  flush()
  expect(store.view().nodes.size).toBe(5)
  store.replace([root, eu])
  flush()
  expect([...store.view().nodes.keys()]).toEqual(['root', 'eu'])
})

test('a node whose parent may not be seen hangs under the nearest ancestor that may, else at the top', () => {
  const { store, flush } = filled()
  store.replace([root, ...leaves])
  flush()
  expect(store.view().childrenOf.get('root')).toEqual(['db-1', 'db-2', 'db-10'])
  store.replace(leaves)
  flush()
  expect(store.view().childrenOf.get(null)).toEqual(['db-1', 'db-2', 'db-10'])
})
