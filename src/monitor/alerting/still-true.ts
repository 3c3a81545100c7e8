import type { Severity } from '../../contract/common.ts'
import type { Notice } from '../../contract/notifications.ts'

/** How an alert stands when a notice about it is about to be sent. */
export interface Standing {
  isOver: boolean
  /** Its fault has another alert that is open. */
  isBack: boolean
  severity: Severity
  isSilenced: boolean
}

/** Why a notice is not sent any more. What it should have told is told anew, with what is true then. */
export type Untrue = 'over' | 'superseded' | 'silenced' | 'fires-again'

/**
 * Whether a notice that waited still says what is so; null when it does. A notice of several alerts of which one is over is
 * not sent either: the others are told anew at once, without it.
 */
export function whyUntrue(notice: Notice, standingOf: (uid: string) => Standing | undefined): Untrue | null {
  if (notice.kind === 'test') return null
  const standings = notice.alerts.map((alert) => ({ told: alert, now: standingOf(alert.uid) }))
  if (notice.kind === 'resolved') return standings.some(({ now }) => now?.isBack) ? 'fires-again' : null
  if (standings.every(({ now }) => !now || now.isOver)) return 'over'
  if (standings.some(({ told, now }) => !now || now.isOver || now.severity !== told.severity)) return 'superseded'
  return standings.every(({ now }) => now?.isSilenced) ? 'silenced' : null
}
