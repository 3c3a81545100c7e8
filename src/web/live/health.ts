import type { NodeListItem, SubtreeCounts } from '../../contract/cluster.ts'

/** What one mark says of a node: a silent one is not healthy, whatever it said last. */
export type Mark = 'healthy' | 'warning' | 'critical' | 'offline' | 'unreachable' | 'unknown'

/** From the worst to the best. */
export const marks: readonly Mark[] = ['critical', 'offline', 'warning', 'unreachable', 'unknown', 'healthy']

export function markOf(node: Pick<NodeListItem, 'status' | 'health_status'>): Mark {
  return node.status === 'online' ? node.health_status : node.status
}

/** How many of each mark, the worst first; marks that none has are left out. */
export function marksIn(counts: SubtreeCounts): Array<{ mark: Mark; count: number }> {
  const known = counts.healthy + counts.warning + counts.critical
  const byMark: Record<Mark, number> = {
    critical: counts.critical,
    offline: counts.offline,
    warning: counts.warning,
    unreachable: counts.unreachable,
    unknown: counts.unknown + Math.max(0, counts.online - known),
    healthy: counts.healthy,
  }
  return marks.map((mark) => ({ mark, count: byMark[mark] })).filter(({ count }) => count > 0)
}
