import { z } from 'zod'
import { Action, actionTarget } from '../../contract/actions.ts'
import { Severity } from '../../contract/common.ts'
import { ExecutionStatus } from '../../contract/reports.ts'

/**
 * `asked` → `approved` → `executing` → `done`; or `refused` (rejected), `expired` (nobody answered in time, or the approval
 * was no longer fresh), `withdrawn` (the fault went away or changed before the action ran). An L1 begins at `executing`.
 */
export const EntryState = z.enum(['asked', 'approved', 'executing', 'done', 'refused', 'expired', 'withdrawn'])
export type EntryState = z.infer<typeof EntryState>

/** The fault that an action is for, as it was when the action was stored. */
export const EntryIssue = z.object({
  type: z.string(),
  subject: z.string(),
  severity: Severity,
  description: z.string(),
  details: z.record(z.string(), z.unknown()),
  risk: z.string().optional(),
})
export type EntryIssue = z.infer<typeof EntryIssue>

/** One repair: what was stored before it was asked for or begun, and what became of it. */
export interface Entry {
  id: number
  requestId: string
  level: 'L1' | 'L2'
  issue: EntryIssue
  action: Action
  state: EntryState
  decisionId: number | null
  askedAt: { bootId: string; monotonicMs: number }
  approvedAt: { bootId: string; monotonicMs: number } | null
  validForMs: number
  result: ExecutionStatus | null
  output: string
  dryRun: boolean
  /** Wall clock, ms. */
  createdAtMs: number
  startedAtMs: number | null
  finishedAtMs: number | null
  /** The result has gone to the monitor that decided; true where none is due. */
  delivered: boolean
  /** It has stood in a report's `actions_taken`; true where it need not. */
  reported: boolean
}

/** What an action works on: with its type, the name under which restarts and cleanings are counted. */
export function targetOf(action: Action): string {
  return action.type === 'process.stop' ? String(action.pid) : actionTarget(action)
}

const Row = z.object({
  id: z.number(),
  request_id: z.string(),
  level: z.enum(['L1', 'L2']),
  issue: z.string(),
  action: z.string(),
  state: EntryState,
  decision_id: z.number().nullable(),
  boot_id: z.string(),
  asked_mono_ms: z.number(),
  approved_boot_id: z.string().nullable(),
  approved_mono_ms: z.number().nullable(),
  valid_for_ms: z.number(),
  result: ExecutionStatus.nullable(),
  output: z.string(),
  dry_run: z.number(),
  created_at_ms: z.number(),
  started_at_ms: z.number().nullable(),
  finished_at_ms: z.number().nullable(),
  delivered: z.number(),
  reported: z.number(),
})

/** A row of the journal; throws on one that this program did not write. */
export function entryOf(raw: unknown): Entry {
  const row = Row.parse(raw)
  const approved = row.approved_boot_id !== null && row.approved_mono_ms !== null
  return {
    id: row.id,
    requestId: row.request_id,
    level: row.level,
    issue: EntryIssue.parse(JSON.parse(row.issue)),
    action: Action.parse(JSON.parse(row.action)),
    state: row.state,
    decisionId: row.decision_id,
    askedAt: { bootId: row.boot_id, monotonicMs: row.asked_mono_ms },
    approvedAt: approved ? { bootId: row.approved_boot_id ?? '', monotonicMs: row.approved_mono_ms ?? 0 } : null,
    validForMs: row.valid_for_ms,
    result: row.result,
    output: row.output,
    dryRun: row.dry_run === 1,
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    finishedAtMs: row.finished_at_ms,
    delivered: row.delivered === 1,
    reported: row.reported === 1,
  }
}
