import type { Report } from '../../contract/reports.ts'

/** A parsed report on its way to the disk. */
export interface Incoming {
  nodeId: number
  agentId: string
  report: Report
  receivedAtMs: number
  /** Stands for `report_uid` when the sender gave none. */
  fallbackUid: string
  /** Part of a backlog: history, unless nothing newer is known of the node. */
  backlog: boolean
  /** Part of a backlog of which the sender says that it handed over a younger report before: never its present state. */
  history: boolean
}

/**
 * Which items say how their node is now: a live report does; of a backlog only the newest item of a node, and only when
 * it is no history and newer than the report that made the node's present state. One item per node; returns their indexes.
 */
export function currentItems(
  items: readonly Incoming[],
  newestKnownMs: ReadonlyMap<number, number | null>,
): Set<number> {
  const chosen = new Map<number, number>()
  items.forEach((item, index) => {
    if (item.history) return
    const atMs = Date.parse(item.report.timestamp)
    if (item.backlog && atMs <= (newestKnownMs.get(item.nodeId) ?? -Infinity)) return
    const other = chosen.get(item.nodeId)
    const rival = other === undefined ? undefined : items[other]
    if (other === undefined || !rival || isNewer(item, rival)) chosen.set(item.nodeId, index)
  })
  return new Set(chosen.values())
}

function isNewer(item: Incoming, rival: Incoming): boolean {
  if (item.backlog !== rival.backlog) return !item.backlog
  return Date.parse(item.report.timestamp) >= Date.parse(rival.report.timestamp)
}
