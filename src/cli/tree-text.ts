import type { TopologyNode } from '../contract/cluster.ts'
import { columnsOf, printable } from './printable.ts'

/** What is known of a node beside its place in the topology. */
export interface NodeFacts {
  issues: { L1: number; L2: number; L3: number }
  lastHeartbeatMs: number | null
  staleSinceMs: number | null
}

/** How a node is, at one glance: ● well, ▲ warning, ◆ critical, ○ offline, ◌ unreachable, ? unknown. */
export function symbolOf(node: Pick<TopologyNode, 'status' | 'health_status'>): string {
  if (node.status === 'offline') return '○'
  if (node.status === 'unreachable') return '◌'
  if (node.status === 'unknown') return '?'
  return { healthy: '●', warning: '▲', critical: '◆', unknown: '?' }[node.health_status]
}

/** The topology as lines, children below their parents. Names are made safe for a terminal. */
export function treeLines(
  root: TopologyNode,
  use: {
    facts?: ReadonlyMap<string, NodeFacts>
    nowMs: number
    paint?: (node: TopologyNode, symbol: string) => string
  },
): string[] {
  const { facts, nowMs, paint = (_node, symbol) => symbol } = use
  const rows: { place: string; node: TopologyNode }[] = []
  function add(node: TopologyNode, before: string, branch: string): void {
    rows.push({ place: `${before}${branch}`, node })
    const below = branch === '' ? before : `${before}${branch === '├─ ' ? '│  ' : '   '}`
    node.children.forEach((child, index) => add(child, below, index === node.children.length - 1 ? '└─ ' : '├─ '))
  }
  add(root, '', '')
  const labels = rows.map(({ node }) => labelOf(node))
  const width = Math.max(...rows.map(({ place }, index) => place.length + columnsOf(labels[index] ?? '')))
  return rows.map(({ place, node }, index) => {
    const label = labels[index] ?? ''
    const padding = ' '.repeat(width - place.length - columnsOf(label))
    const state = stateText(node, facts?.get(node.agent_id), nowMs)
    return `${place}${paint(node, symbolOf(node))} ${label}${padding}  ${state}`
  })
}

function labelOf(node: TopologyNode): string {
  const id = printable(node.agent_id, 64)
  const name = printable(node.name, 40)
  return name === '' || name === id ? id : `${id} (${name})`
}

function stateText(node: TopologyNode, facts: NodeFacts | undefined, nowMs: number): string {
  const parts: string[] = [node.status === 'online' ? node.health_status : node.status]
  const issues = facts ? (['L3', 'L2', 'L1'] as const).filter((level) => facts.issues[level] > 0) : []
  if (facts && issues.length > 0) parts.push(issues.map((level) => `${facts.issues[level]} ${level}`).join(', '))
  const { counts } = node
  if (counts && counts.total > 0) parts.push(`${counts.online} of ${counts.total} below online`)
  const since = facts?.staleSinceMs ?? facts?.lastHeartbeatMs ?? null
  if (since !== null) parts.push(`seen ${ageText(nowMs - since)} ago`)
  return parts.join(' · ')
}

/** An age in its largest unit: `4 s`, `12 min`, `3 h`, `5 d`. */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}
