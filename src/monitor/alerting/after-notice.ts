import type { Gathered } from './gather.ts'
import type { Entry, Told } from './plan.ts'
import type { AlertingLimits } from './why-notify.ts'

/** What the channel was told of each fault, once a notice with that key is in the outbox. */
export function afterNotice(gathered: Gathered<Entry>, key: string, nowMs: number, limits: AlertingLimits): Told[] {
  return gathered.members.map(({ subject: { alert, belief, told }, why }) => {
    const recent = told.firsts.filter((firstMs) => firstMs > nowMs - limits.flapWindowMs)
    return {
      ...told,
      last: {
        kind: gathered.kind,
        severity: alert.severity,
        toldAtMs: nowMs,
        confirmed: belief.state === 'firing' && belief.reached,
        delivery: 'pending',
      },
      noticeKey: key,
      alertUid: alert.uid,
      rounds: told.rounds + 1,
      waitingSinceMs: null,
      firsts: why === 'first' ? [...recent, nowMs] : recent,
    }
  })
}
