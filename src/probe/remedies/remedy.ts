import type { Action, ActionType } from '../../contract/actions.ts'

/** How one repair is to be carried out. */
export interface RemedyRun {
  /** A decision allowed it; else the probe does it by itself. */
  approved: boolean
  /** Say what would be done, and do nothing. */
  dryRun: boolean
  /** What the check knew of the fault, as it was stored with the action. */
  details: Record<string, unknown>
  /** Aborted at the time limit and when the probe stops. */
  signal: AbortSignal
}

/** Whether it was carried out, and what it said; whether it helped is found by looking again. */
export interface RemedyOutcome {
  ok: boolean
  output: string
}

export type ActionOf<T extends ActionType> = Extract<Action, { type: T }>

export const failed = (output: string): RemedyOutcome => ({ ok: false, output })
export const done = (output: string): RemedyOutcome => ({ ok: true, output })
