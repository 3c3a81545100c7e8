import type { z } from 'zod'
import type { AlertNotifications, AlertOnChannel } from '../../contract/alerting.ts'
import { maxNoticeAlerts, type Notice } from '../../contract/notifications.ts'
import type { Database, Executor } from '../../db/open.ts'
import { alertNotFound } from '../alerts/alerts.errors.ts'
import { alertById, markNotified } from '../alerts/alerts.store.ts'
import type { Actor } from '../auth/actor.ts'
import type { Unit, Units } from '../changes/units.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import type { OpenChannel } from '../notifications/channels.service.ts'
import type { Enqueued } from '../notifications/outbox.service.ts'
import { covers } from '../silences/match.ts'
import type { Silences } from '../silences/silences.service.ts'
import { afterNotice } from './after-notice.ts'
import { keyOf, noticeOf, ordered } from './compose.ts'
import type { Gathered } from './gather.ts'
import { type Entry, plan, ripeAt, type Told } from './plan.ts'
import { type Untrue, whyUntrue } from './still-true.ts'
import { forgetTold, knownAlerts, noticeAlerts, standingOf, takeTurn, toldTo, writeTold } from './told.store.ts'
import type { AlertingLimits } from './why-notify.ts'

/** What became of a look at all alerts. */
export interface Pass {
  /** Notices that were put into the outbox. */
  notices: number
  /** When there is something to do without anything having happened; null: never. */
  nextAtMs: number | null
}

const busyMs = 1_000

/**
 * Decides which channel is told of which alert, here at this monitor, over its own alerts and the copies of those below. It
 * compares what is with what each channel was told, so that nothing is lost or told twice when the process dies at any moment.
 */
export function createAlerting(parts: {
  database: Database
  units: Units
  silences: Pick<Silences, 'holding' | 'nextChangeMs'>
  channels: { enabled(db: Executor): Promise<OpenChannel[]> }
  outbox: { enqueue(unit: Unit, asked: { channelId: number; key: string; notice: Notice }): Promise<Enqueued> }
  siteTitle: () => Promise<string>
  selfId: string
  limits: AlertingLimits
  clock: () => number
}) {
  const { database, units, silences, channels, outbox, siteTitle, selfId, limits, clock } = parts

  /** Puts a notice into the outbox, and gives what the channel is told then; null when the channel takes none. */
  async function tell(unit: Unit, gathered: Gathered<Entry>, at: { site: string; nowMs: number }) {
    const { channelId, kind } = gathered
    const entries = ordered(gathered)
    const uids = entries.map(({ alert }) => alert.uid)
    const key = keyOf(kind, entries)
    const texts = await noticeAlerts(unit.tx, uids.slice(0, maxNoticeAlerts))
    const queued = await outbox.enqueue(unit, { channelId, key, notice: noticeOf(gathered, entries, texts, at) })
    if (!queued.queued && queued.why !== 'known') return null
    if (kind !== 'resolved') await markNotified(unit.tx, uids, new Date(at.nowMs))
    return afterNotice(gathered, key, at.nowMs, limits)
  }

  return {
    /** One look at everything. Notices, and what the channels were told with them, are written in one transaction. */
    async pass(): Promise<Pass> {
      const site = await siteTitle()
      return await units.run(async (unit) => {
        const { tx } = unit
        const nowMs = clock()
        if (!(await takeTurn(tx))) return { notices: 0, nextAtMs: nowMs + busyMs }
        const open = await channels.enabled(tx)
        if (open.length === 0) return { notices: 0, nextAtMs: null }
        const planned = plan(
          {
            nowMs,
            selfId,
            channels: open,
            alerts: await knownAlerts(tx),
            told: await toldTo(
              tx,
              open.map(({ id }) => id),
            ),
            silences: await silences.holding(tx),
          },
          limits,
        )
        const rows: Told[] = []
        for (const gathered of planned.notices) rows.push(...((await tell(unit, gathered, { site, nowMs })) ?? []))
        await writeTold(tx, planned.changed)
        await writeTold(tx, rows)
        await forgetTold(tx, planned.forgotten)
        const nextAtMs = Math.min(planned.nextAtMs, (await silences.nextChangeMs(tx)) ?? Infinity)
        return { notices: planned.notices.length, nextAtMs: Number.isFinite(nextAtMs) ? nextAtMs : null }
      })
    },

    /** Whether a notice that waited in the outbox still says what is so, else why it must not be sent any more. */
    async isStillTrue(notice: Notice): Promise<'send' | { drop: Untrue }> {
      const standings = await standingOf(
        database.db,
        notice.alerts.map(({ uid }) => uid),
      )
      const holding = await silences.holding(database.db)
      const drop = whyUntrue(notice, (uid) => {
        const standing = standings.get(uid)
        return standing && { ...standing, isSilenced: holding.some((silence) => covers(silence, standing)) }
      })
      return drop === null ? 'send' : { drop }
    },

    /** What each channel was told of an alert, and why it is told next or not. Throws NOT_FOUND, also for one that the actor may not see. */
    async explain(actor: Actor, alertId: number): Promise<z.infer<typeof AlertNotifications>> {
      const { db } = database
      const found = await alertById(db, alertId)
      if (!found || !isVisible(visibilityOf(actor), found)) throw alertNotFound(alertId)
      const nowMs = clock()
      const open = await channels.enabled(db)
      const ids = open.map(({ id }) => id)
      const [alerts, told, holding] = await Promise.all([
        knownAlerts(db, found.path),
        toldTo(db, ids, found.row),
        silences.holding(db),
      ])
      const situation = { nowMs, selfId, channels: open, alerts, told, silences: holding }
      const entries = plan(situation, limits).entries.filter(({ alert }) => alert.uid === found.row.uid)
      const silencedBy = holding.filter((silence) => covers(silence, { ...found.row, path: found.path }))
      const views = open.map(({ id, name }): z.infer<typeof AlertOnChannel> => {
        const entry = entries.find(({ channelId }) => channelId === id)
        const ofAlert = told.find((row) => row.channelId === id && row.alertUid === found.row.uid)
        return {
          channel_id: id,
          channel_name: name,
          ...viewOfTold(ofAlert),
          ...viewOfVerdict(entry, nowMs, limits),
          silenced_by: silencedBy.map((silence) => silence.id),
        }
      })
      return { alert_id: alertId, channels: views }
    },
  }
}
export type Alerting = ReturnType<typeof createAlerting>

function viewOfTold(told: Told | undefined) {
  const last = told?.last ?? null
  return {
    told_at: last && new Date(last.toldAtMs).toISOString(),
    told_kind: last?.kind ?? null,
    told_severity: last?.severity ?? null,
    notices: told?.rounds ?? 0,
  }
}

function viewOfVerdict(entry: Entry | undefined, nowMs: number, limits: AlertingLimits) {
  if (!entry) return { notify: null, reason: 'ended' as const, next_at: null }
  const { verdict } = entry
  if ('quiet' in verdict) {
    const next_at = verdict.untilMs === undefined ? null : new Date(verdict.untilMs).toISOString()
    return { notify: null, reason: verdict.quiet, next_at }
  }
  const ripeAtMs = ripeAt(entry, nowMs, limits.groupWaitMs)
  const next_at = new Date(ripeAtMs).toISOString()
  return { notify: verdict.notify, reason: ripeAtMs > nowMs ? ('grouped' as const) : verdict.notify, next_at }
}
