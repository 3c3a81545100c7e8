import type { IssueLevel, Severity } from '../../contract/common.ts'
import type { AlertStatus } from '../../contract/rollup.ts'
import { silenceAlert } from '../alerts/alerts.service.ts'
import { isolatedAlert } from '../liveness/liveness.service.ts'
import { covers } from '../silences/match.ts'
import type { SilenceRow } from '../silences/silences.store.ts'
import { type Belief, beliefOf, type LastNotice } from './belief.ts'
import { gather, type Gathered, groupOf, type Wish } from './gather.ts'
import { type AlertingLimits, type Case, type Verdict, whyNotForChannel, whyNotify } from './why-notify.ts'

/** Of an alert what decides whether it is told. */
export interface KnownAlert {
  id: number
  uid: string
  nodeId: number
  type: string
  subject: string
  level: IssueLevel
  severity: Severity
  status: AlertStatus
  path: readonly string[]
  role: 'probe' | 'monitor'
  /** Its rule's own, if it has one. */
  repeatMs: number | null
}

/** What one channel was told of one fault. */
export interface Told {
  channelId: number
  nodeId: number
  type: string
  subject: string
  last: LastNotice | null
  noticeKey: string | null
  alertUid: string | null
  rounds: number
  waitingSinceMs: number | null
  firsts: readonly number[]
}

export interface PlannedChannel {
  id: number
  minSeverity: Severity | null
  subtree: string | null
  sendResolved: boolean
}

export interface Situation {
  nowMs: number
  /** agent_id of this monitor. */
  selfId: string
  channels: readonly PlannedChannel[]
  /** The open alerts, and those that have ended and of which a channel was told. */
  alerts: readonly KnownAlert[]
  told: readonly Told[]
  /** Those that hold now. */
  silences: ReadonlyArray<Pick<SilenceRow, 'id' | 'kind' | 'scope' | 'matchers'>>
}

/** A fault on a channel, and what follows for it. */
export interface Entry {
  channelId: number
  alert: KnownAlert
  told: Told
  belief: Belief
  verdict: Verdict
}

export interface Plan {
  entries: Entry[]
  notices: Array<Gathered<Entry>>
  /** Rows whose waiting began or ended, or that nothing is told of any more. */
  changed: Told[]
  /** Rows that say nothing any more. */
  forgotten: Told[]
  /** When there is something to do without anything having happened. */
  nextAtMs: number
}

/** Soon enough for what waits for an answer of the outbox. */
const lookAgainMs = 2_000

export const faultKey = (fault: { nodeId: number; type: string; subject: string }): string =>
  JSON.stringify([fault.nodeId, fault.type, fault.subject])

/** What every channel is told now, and why not the rest. Only from what is given: the same situation gives the same plan. */
export function plan(situation: Situation, limits: AlertingLimits): Plan {
  const { nowMs, selfId, channels, told, silences } = situation
  const faults = currentAlerts(situation.alerts)
  const quieting = new Map([...faults].map(([key, alert]) => [key, silences.filter((s) => covers(s, alert))]))
  const open = [...faults.values()].filter(({ status }) => status !== 'resolved')
  const unsure = open.some(({ type }) => type === isolatedAlert)
  const toldOf = Map.groupBy(told, ({ channelId }) => channelId)
  const result: Plan = { entries: [], notices: [], changed: [], forgotten: [], nextAtMs: Infinity }
  const wishes: Array<Wish<Entry>> = []

  for (const channel of channels) {
    const known = new Map((toldOf.get(channel.id) ?? []).map((row) => [faultKey(row), row]))
    const cutOff = open.filter(
      (alert) =>
        alert.type === silenceAlert.monitor &&
        whyNotForChannel(channel, alert) === null &&
        quieting.get(faultKey(alert))?.length === 0,
    )
    for (const [key, row] of known) if (!faults.has(key)) result.forgotten.push(row)
    for (const [key, alert] of faults) {
      const row = known.get(key)
      if (!row && alert.status === 'resolved') continue
      const quietedBy = quieting.get(key) ?? []
      const entry = judge(channel, alert, row, {
        nowMs,
        unsure,
        silencedBy: quietedBy.some(({ kind }) => kind === 'silence') ? 'silence' : (quietedBy[0]?.kind ?? null),
        covered: cutOff.some((region) => region !== alert && alert.path.includes(region.path.at(-1) ?? '')),
        limits,
      })
      result.entries.push(entry)
      const wish = wishOf(entry, nowMs, limits)
      if (wish) wishes.push(wish)
      follow(result, entry, row, nowMs, limits)
    }
  }
  const { told: notices, nextAtMs } = gather(wishes, nowMs, selfId)
  result.notices = notices
  result.nextAtMs = Math.min(result.nextAtMs, nextAtMs)
  return result
}

/** Of each fault the open alert, else the last one. */
function currentAlerts(alerts: readonly KnownAlert[]): Map<string, KnownAlert> {
  const current = new Map<string, KnownAlert>()
  for (const alert of alerts) {
    const key = faultKey(alert)
    const other = current.get(key)
    if (!other || (other.status === 'resolved' && (alert.status !== 'resolved' || alert.id > other.id)))
      current.set(key, alert)
  }
  return current
}

function judge(
  channel: PlannedChannel,
  alert: KnownAlert,
  row: Told | undefined,
  at: Pick<Case, 'nowMs' | 'unsure' | 'silencedBy' | 'covered'> & { limits: AlertingLimits },
): Entry {
  const { type, subject, nodeId } = alert
  const told: Told = row ?? { ...nothingTold, channelId: channel.id, nodeId, type, subject }
  const belief = beliefOf(told.last)
  const isSilence = Object.values(silenceAlert).includes(type)
  const verdict = whyNotify({ ...at, channel, alert: { ...alert, isSilence }, belief, firsts: told.firsts }, at.limits)
  return { channelId: channel.id, alert, told, belief, verdict }
}

const nothingTold = {
  last: null,
  noticeKey: null,
  alertUid: null,
  rounds: 0,
  waitingSinceMs: null,
  firsts: [],
}

/** When the wait of an entry for its group is over. One that began in the future, before the clock was set back, is over now. */
export function ripeAt({ verdict, told }: Pick<Entry, 'verdict' | 'told'>, nowMs: number, groupWaitMs: number): number {
  const waits = 'notify' in verdict && (verdict.notify === 'first' || verdict.notify === 'recovered')
  const sinceMs = told.waitingSinceMs ?? nowMs
  return waits && sinceMs <= nowMs ? sinceMs + groupWaitMs : nowMs
}

function wishOf(entry: Entry, nowMs: number, limits: AlertingLimits): Wish<Entry> | null {
  const { channelId, alert, verdict, belief } = entry
  const common = { subject: entry, channelId, group: groupOf(alert) }
  if ('notify' in verdict) return { ...common, why: verdict.notify, ripeAtMs: ripeAt(entry, nowMs, limits.groupWaitMs) }
  // One whose repeat is nearly due goes along with the others of its group, so that they do not drift apart.
  if (verdict.quiet !== 'already-told' || verdict.untilMs === undefined || belief.state !== 'firing') return null
  const isHalfWay = nowMs - belief.toldAtMs >= (verdict.untilMs - belief.toldAtMs) / 2
  return isHalfWay ? { ...common, why: 'repeat-due', ripeAtMs: verdict.untilMs } : null
}

/** Writes down what an entry means for its row, where that is not said by a notice. */
function follow(result: Plan, entry: Entry, row: Told | undefined, nowMs: number, limits: AlertingLimits): void {
  const { verdict, told } = entry
  if ('notify' in verdict) {
    if (told.waitingSinceMs === null) result.changed.push({ ...told, waitingSinceMs: nowMs })
    return
  }
  if (verdict.quiet === 'undelivered') result.nextAtMs = Math.min(result.nextAtMs, nowMs + lookAgainMs)
  if (verdict.untilMs !== undefined) result.nextAtMs = Math.min(result.nextAtMs, verdict.untilMs)
  if (!row) return
  const isOld = told.firsts.every((at) => at <= nowMs - limits.flapWindowMs)
  if (verdict.settled && isOld) result.forgotten.push(told)
  else if (verdict.settled && entry.belief.state === 'firing')
    result.changed.push({ ...told, last: null, noticeKey: null, waitingSinceMs: null })
  else if (told.waitingSinceMs !== null) result.changed.push({ ...told, waitingSinceMs: null })
}
