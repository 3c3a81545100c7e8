import { createHash } from 'node:crypto'
import { maxNoticeAlerts, type Notice, type NoticeAlert } from '../../contract/notifications.ts'
import { isMoreSevere } from '../alerts/merge.ts'
import type { Gathered } from './gather.ts'
import type { Entry } from './plan.ts'

/** The alerts of a notice, the most severe first and then the oldest; more than a notice lists. */
export function ordered(gathered: Gathered<Entry>): Entry[] {
  return gathered.members
    .map(({ subject }) => subject)
    .sort((a, b) => {
      if (isMoreSevere(b.alert.severity, a.alert.severity)) return 1
      return isMoreSevere(a.alert.severity, b.alert.severity) ? -1 : a.alert.id - b.alert.id
    })
}

/** What makes a notice one: the alerts that it tells, and how often each was told before. */
export function keyOf(kind: string, entries: readonly Entry[]): string {
  const parts = entries.map(({ alert, told }) => `${alert.uid} ${alert.severity} ${told.rounds}`).sort()
  return `${kind}:${createHash('sha256').update(parts.join('\n')).digest('base64url')}`
}

/** The notice of what was gathered. `texts` has the alerts that it lists. */
export function noticeOf(
  gathered: Gathered<Entry>,
  entries: readonly Entry[],
  texts: ReadonlyMap<string, NoticeAlert>,
  at: { site: string; nowMs: number },
): Notice {
  const listed = entries.slice(0, maxNoticeAlerts).flatMap(({ alert }) => texts.get(alert.uid) ?? [])
  return {
    kind: gathered.kind,
    severity: entries[0]?.alert.severity ?? 'low',
    site: at.site,
    scope: commonTop(entries.map(({ alert }) => alert.path)) ?? gathered.group,
    alerts: listed,
    omitted: entries.length - listed.length,
    at: new Date(at.nowMs).toISOString(),
  }
}

/** agent_id of the lowest node that is on all the paths. */
function commonTop(paths: ReadonlyArray<readonly string[]>): string | undefined {
  const [first = []] = paths
  return first.findLast((agentId, depth) => paths.every((path) => path[depth] === agentId))
}
