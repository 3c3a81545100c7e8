import type { z } from 'zod'
import type { NodeListItem, SubtreeCounts } from '../../contract/cluster.ts'
import { arrange, noFamilies } from './families.ts'
import type { LiveEvent } from './live-event.ts'
import { summarise } from './summarise.ts'

export type NodeItem = z.infer<typeof NodeListItem>

/** All nodes at one moment. A new object only when something changed, so it can be compared. */
export interface NodesView {
  /** Whether the whole list was read once. */
  loaded: boolean
  nodes: ReadonlyMap<string, NodeItem>
  /** Below each node, by name; the tops under null. */
  childrenOf: ReadonlyMap<string | null, readonly string[]>
  /** Of the nodes below each monitor, itself not included; of all nodes under null. */
  counts: ReadonlyMap<string | null, SubtreeCounts>
}

const nothing: NodesView = { loaded: false, nodes: new Map(), childrenOf: new Map(), counts: new Map() }

/**
 * Every node this person may see, by agent_id. Changes are gathered and shown together, so that 50 events a second among
 * thousands of nodes cost a few passes a second; who looks at one node hears of that one alone.
 */
export function createNodeStore(parts: {
  /** Runs what was gathered, a little later. */
  schedule: (flush: () => void) => void
}) {
  let view = nothing
  const nodes = new Map<string, NodeItem>()
  let dirty = new Set<string>()
  let families = noFamilies
  /** Who came, went, moved or got another name since the last flush. */
  let moved = new Set<string>()
  let countsChanged = false
  let loaded = false
  let scheduled = false
  const listeners = new Set<() => void>()
  const nodeListeners = new Map<string, Set<() => void>>()

  function soon(): void {
    if (scheduled) return
    scheduled = true
    parts.schedule(flush)
  }

  function flush(): void {
    scheduled = false
    const changed = dirty
    dirty = new Set()
    if (moved.size > 0) families = arrange(nodes, families, moved)
    const counts = moved.size > 0 || countsChanged ? summarise(nodes, view.counts) : view.counts
    moved = new Set()
    countsChanged = false
    view = { loaded, nodes, childrenOf: families.childrenOf, counts }
    for (const id of changed) for (const listener of nodeListeners.get(id) ?? []) listener()
    for (const listener of listeners) listener()
  }

  function put(node: NodeItem): void {
    const before = nodes.get(node.agent_id)
    nodes.set(node.agent_id, node)
    dirty.add(node.agent_id)
    if (!before || isMoved(before, node)) moved.add(node.agent_id)
    else if (before.status !== node.status || before.health_status !== node.health_status) countsChanged = true
  }

  return {
    view: () => view,
    node: (agentId: string) => nodes.get(agentId),
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Hears only of changes of this node. */
    subscribeTo(agentId: string, listener: () => void) {
      const own = nodeListeners.get(agentId) ?? new Set()
      nodeListeners.set(agentId, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0) nodeListeners.delete(agentId)
      }
    },
    /** Some nodes, read anew; the others stay. */
    merge(some: readonly NodeItem[]): void {
      const isFirst = nodes.size === 0
      for (const node of some) put(node)
      // Somebody waits before an empty page.
      if (isFirst) flush()
      else soon()
    },
    /** The whole list: what is not in it is gone. */
    replace(all: readonly NodeItem[]): void {
      const present = new Set(all.map((node) => node.agent_id))
      for (const id of nodes.keys()) if (!present.has(id)) remove(id)
      for (const node of all) put(node)
      loaded = true
      soon()
    },
    /** What the socket told. Answers false when it speaks of a node that is not known here: the list is to be read again. */
    apply(event: LiveEvent): boolean {
      const { agent_id } = event.data
      const node = nodes.get(agent_id)
      if (event.type === 'node_removed') {
        if (node) remove(agent_id)
        soon()
        return true
      }
      if (!node) return false
      const next = changedBy(node, event)
      if (next !== node) {
        put(next)
        soon()
      }
      return true
    },
    clear(): void {
      for (const id of nodes.keys()) remove(id)
      loaded = false
      soon()
    },
  }

  function remove(id: string): void {
    nodes.delete(id)
    dirty.add(id)
    moved.add(id)
  }
}
export type NodeStore = ReturnType<typeof createNodeStore>

/** Whether it stands elsewhere in the tree, or under another name. */
function isMoved(before: NodeItem, now: NodeItem): boolean {
  if (before === now) return false
  if (before.name !== now.name || before.role !== now.role || before.parent_id !== now.parent_id) return true
  return before.path.length !== now.path.length || before.path.some((id, at) => id !== now.path[at])
}

function changedBy(node: NodeItem, event: LiveEvent): NodeItem {
  if (event.type === 'report_received') {
    return { ...node, health_status: event.data.status, last_heartbeat: event.data.timestamp }
  }
  if (event.type === 'node_status_changed') {
    const { new_status, new_health } = event.data
    return { ...node, status: new_status, ...(new_health ? { health_status: new_health } : {}) }
  }
  return node
}
