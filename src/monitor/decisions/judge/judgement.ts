import type { Severity } from '../../../contract/common.ts'

/** Why the model gave no answer that counts. */
export type NoAnswer =
  | 'timeout'
  | 'unparseable'
  | 'budget'
  | 'circuit_open'
  | 'refused'
  | 'unavailable'
  | 'overloaded'
  | 'cancelled'

/** What the judge says; `none` is never an approval. `detail` is for the log. */
export type Judgement =
  | {
      outcome: 'approve' | 'reject'
      reason: string
      analysis: string
      riskLevel: Severity
      tookMs: number
      /** Missing when the server of the model did not count them. */
      tokens?: { input: number; output: number }
    }
  | { outcome: 'none'; why: NoAnswer; detail: string }

export function noAnswer(why: NoAnswer, detail: string): Judgement {
  return { outcome: 'none', why, detail }
}
