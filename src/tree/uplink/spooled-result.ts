import { z } from 'zod'
import { DecisionResult } from '../../contract/decisions.ts'

/** The result of an executed decision as it lies in the spool. */
const SpooledResult = z.object({ decision_id: z.number().int(), result: DecisionResult })
export type SpooledResult = z.infer<typeof SpooledResult>

/** Throws on a text that is none. */
export function parseSpooledResult(text: string): SpooledResult {
  return SpooledResult.parse(JSON.parse(text))
}
