import { type Mark, markOf, marks } from '../../live/health.ts'
import type { NodeItem } from '../../live/node-store.ts'
import { matches } from '../../shell/matches.ts'

const sortable = ['status', 'name', 'parent', 'cpu', 'memory', 'disk', 'load', 'seen'] as const
const byText = new Intl.Collator(undefined, { numeric: true })
type SortKey = (typeof sortable)[number]

/** A figure of a node's last report; null when it was not measured. */
export function figure(node: NodeItem, name: string): number | null {
  const value = node.metrics?.[name]
  const first = Array.isArray(value) ? (value as unknown[])[0] : value
  return typeof first === 'number' ? first : null
}

/** All nodes by name, numbers in them counted as numbers: dear with thousands, so done when names change, not figures. */
export function byName(nodes: Iterable<NodeItem>): string[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true })
  const sorted = [...nodes].sort((a, b) => compare(a.name, b.name) || compare(a.agent_id, b.agent_id))
  return sorted.map((node) => node.agent_id)
}

/**
 * The nodes of a scope that fit the filter, sorted as the address says (`-cpu`); nodes without the figure come last. What
 * is equal stays in the order given.
 */
export function selectNodes(
  nodes: Iterable<NodeItem>,
  choice: { under: string | null; q: string; mark: Mark | null; sort: string },
): NodeItem[] {
  const { under, q, mark, sort } = choice
  const found: NodeItem[] = []
  for (const node of nodes) {
    if (under !== null && !node.path.includes(under)) continue
    if (mark !== null && markOf(node) !== mark) continue
    if (q !== '' && !matches(q, `${node.name} ${node.agent_id}`)) continue
    found.push(node)
  }
  const descending = sort.startsWith('-')
  const key = sortable.find((name) => name === sort.replace('-', '')) ?? 'status'
  // They came by name.
  if (key === 'name') return descending ? found.toReversed() : found
  const value = keyed(key)
  return found.sort((a, b) => {
    const [left, right] = [value(a), value(b)]
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1
    const order =
      typeof left === 'string' ? byText.compare(left, String(right)) : left - (typeof right === 'number' ? right : 0)
    return descending ? -order : order
  })
}

function keyed(key: Exclude<SortKey, 'name'>): (node: NodeItem) => string | number | null {
  switch (key) {
    case 'status':
      return (node) => marks.indexOf(markOf(node))
    case 'parent':
      return (node) => node.parent_id
    case 'seen':
      return (node) => (node.last_heartbeat === null ? null : Date.parse(node.last_heartbeat))
    case 'load':
      return (node) => figure(node, 'load_average')
    case 'cpu':
    case 'memory':
    case 'disk':
      return (node) => figure(node, `${key}_percent`)
  }
}
