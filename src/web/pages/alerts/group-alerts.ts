import type { Alert } from '../../../contract/alerts.ts'
import type { Severity } from '../../../contract/common.ts'

/** `cause`: under what explains them; the others by node, by type, or not at all. */
export const groupings = ['cause', 'node', 'type', 'none'] as const
export type Grouping = (typeof groupings)[number]

export interface AlertGroup {
  key: string
  /** `cause`: `head` is why the others are there; `same`: one type in one region; `node`, `type`: as asked; `single`: one alone. */
  kind: 'cause' | 'same' | 'node' | 'type' | 'single'
  /** What stands for the group: its cause, else the worst of it. */
  head: Alert
  /** All of it, `head` included, the worst first. */
  alerts: readonly Alert[]
}

const order: readonly Severity[] = ['low', 'medium', 'high', 'critical']
/** A node that is silent explains what is wrong on it and on everything below it. */
const silentTypes: readonly string[] = ['region_unreachable', 'node_offline']

/** Alerts as a few things to look at. `pathOf` gives agent_ids from this monitor down to the node. */
export function groupAlerts(
  alerts: readonly Alert[],
  how: Grouping,
  pathOf: (agentId: string) => readonly string[],
): AlertGroup[] {
  switch (how) {
    case 'none':
      return alerts.map(single).sort(worstFirst)
    case 'node':
      return grouped(alerts, 'node', (alert) => alert.agent_id)
    case 'type':
      return grouped(alerts, 'type', (alert) => alert.type)
    case 'cause':
      return byCause(alerts, pathOf)
  }
}

function byCause(alerts: readonly Alert[], pathOf: (agentId: string) => readonly string[]): AlertGroup[] {
  const silent = new Map<string, Alert>()
  for (const alert of alerts) {
    const isOpen = alert.status !== 'resolved'
    // What a node says of itself under such a name explains nothing.
    if (isOpen && alert.origin === 'tree' && silentTypes.includes(alert.type)) silent.set(alert.agent_id, alert)
  }
  const members = new Map<Alert, Alert[]>()
  const unexplained: Alert[] = []
  for (const alert of alerts) {
    const path = pathOf(alert.agent_id)
    // The highest silent node explains most; what has ended needs no cause.
    const above = alert.status === 'resolved' ? undefined : path.find((id) => silent.has(id))
    const cause = above === undefined ? undefined : silent.get(above)
    if (cause === undefined) unexplained.push(alert)
    else members.set(cause, [...(members.get(cause) ?? []), alert])
  }
  const groups: AlertGroup[] = []
  for (const [head, all] of members) {
    if (all.length === 1) unexplained.push(...all)
    else groups.push({ key: `cause ${head.alert_id}`, kind: 'cause', head, alerts: all.sort(worstAlertFirst) })
  }
  const same = grouped(unexplained, 'same', (alert) => `${pathOf(alert.agent_id).at(-2) ?? ''} ${alert.type}`)
  return [...groups, ...same].sort(worstFirst)
}

function grouped(
  alerts: readonly Alert[],
  kind: 'same' | 'node' | 'type',
  keyOf: (alert: Alert) => string,
): AlertGroup[] {
  const groups: AlertGroup[] = []
  for (const [key, all] of Map.groupBy(alerts, keyOf)) {
    const sorted = all.toSorted(worstAlertFirst)
    const [head] = sorted
    if (!head) continue
    groups.push(sorted.length === 1 ? single(head) : { key: `${kind} ${key}`, kind, head, alerts: sorted })
  }
  return groups.sort(worstFirst)
}

const single = (alert: Alert): AlertGroup => ({
  key: `alert ${alert.alert_id}`,
  kind: 'single',
  head: alert,
  alerts: [alert],
})

function worstAlertFirst(a: Alert, b: Alert): number {
  return (
    order.indexOf(b.severity) - order.indexOf(a.severity) ||
    b.created_at.localeCompare(a.created_at) ||
    b.alert_id - a.alert_id
  )
}

/** By the worst in it, then by how many there are, then the newest first. */
function worstFirst(a: AlertGroup, b: AlertGroup): number {
  const worst = ({ alerts }: AlertGroup) => Math.max(...alerts.map(({ severity }) => order.indexOf(severity)))
  return worst(b) - worst(a) || b.alerts.length - a.alerts.length || worstAlertFirst(a.head, b.head)
}

export type AlertLine =
  | { kind: 'group'; key: string; group: AlertGroup; open: boolean }
  | { kind: 'alert'; key: string; alert: Alert; inGroup: boolean }

/** The lines of the list: a group is one line until it is opened. */
export function linesOf(groups: readonly AlertGroup[], opened: ReadonlySet<string>): AlertLine[] {
  return groups.flatMap((group): AlertLine[] => {
    if (group.kind === 'single') {
      return [{ kind: 'alert', key: String(group.head.alert_id), alert: group.head, inGroup: false }]
    }
    const open = opened.has(group.key)
    const inside = group.alerts.map((alert): AlertLine => ({
      kind: 'alert',
      key: String(alert.alert_id),
      alert,
      inGroup: true,
    }))
    return [{ kind: 'group', key: group.key, group, open }, ...(open ? inside : [])]
  })
}

/** The alerts that a line stands for. */
export const alertsOf = (line: AlertLine): readonly Alert[] =>
  line.kind === 'group' ? line.group.alerts : [line.alert]
