import type { DecisionResult } from '../../contract/decisions.ts'
import type { Unit } from '../changes/units.ts'
import { notApproved, resultKnown } from './decisions.errors.ts'
import { decisionById, type FoundDecision, putResult } from './decisions.store.ts'
import { dateOrNull } from '../../lib/time.ts'
import { tellExecuted } from './settling.ts'

/**
 * Keeps what came of an approved repair. The same result again changes nothing. Throws CONFLICT when the decision was
 * not approved or has another result.
 */
export async function recordResult(
  unit: Unit,
  found: FoundDecision,
  result: DecisionResult,
  receivedAt: Date,
): Promise<FoundDecision['row']> {
  const at = result.executed_at === undefined ? receivedAt : dateOrNull(result.executed_at)
  const row = await putResult(
    unit.tx,
    found.row.id,
    { at, result: result.status, output: result.output ?? null, tookMs: result.took_ms ?? null },
    'approved',
  )
  if (row) {
    await tellExecuted(unit, row, found.agentId, receivedAt)
    return row
  }
  const known = (await decisionById(unit.tx, found.row.id))?.row ?? found.row
  if (known.executionResult === null) throw notApproved(known.id, known.status)
  if (known.executionResult !== result.status) throw resultKnown(known.id)
  return known
}
