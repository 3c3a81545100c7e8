import { isMadeBefore, readOrder, type ReportOrder } from '../../contract/report-order.ts'
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

/** The report that made the present state of a node. */
export interface Present {
  /** Its time, by the clock of the node; null while there is none. */
  atMs: number | null
  order: ReportOrder | null
}

/**
 * Which items say how their node is now: a live report does, unless its sender made it before the report that made the present
 * state (it was held up on its way); of a backlog only the newest item of a node, and only when it is no history and newer than
 * that report. One item per node; returns their indexes.
 */
export function currentItems(items: readonly Incoming[], presents: ReadonlyMap<number, Present>): Set<number> {
  const chosen = new Map<number, number>()
  items.forEach((item, index) => {
    if (item.history) return
    const present = presents.get(item.nodeId)
    if (item.backlog ? timeOf(item) <= (present?.atMs ?? -Infinity) : isLate(item, present)) return
    const other = chosen.get(item.nodeId)
    const rival = other === undefined ? undefined : items[other]
    if (other === undefined || !rival || isNewer(item, rival)) chosen.set(item.nodeId, index)
  })
  return new Set(chosen.values())
}

/** Live reports whose time is not after that of the present state: the clock of the node was set back, or they are late. */
export function doubtful(items: readonly Incoming[], presents: ReadonlyMap<number, Present>): Incoming[] {
  return items.filter((item) => !item.backlog && timeOf(item) <= (presents.get(item.nodeId)?.atMs ?? -Infinity))
}

const timeOf = (item: Incoming): number => Date.parse(item.report.timestamp)
const orderOf = (item: Incoming): ReportOrder | null => readOrder(item.report.metadata['report_order'])
const isLate = (item: Incoming, present: Present | undefined): boolean =>
  isMadeBefore(orderOf(item), present?.order ?? null)

function isNewer(item: Incoming, rival: Incoming): boolean {
  if (item.backlog !== rival.backlog) return !item.backlog
  const [one, other] = [orderOf(item), orderOf(rival)]
  if (isMadeBefore(one, other) || isMadeBefore(other, one)) return isMadeBefore(other, one)
  return timeOf(item) >= timeOf(rival)
}
