import type { Logger } from '../platform/logger.ts'
import type { Moment } from './freshness.ts'
import { targetOf } from './journal/entry.ts'
import type { Journal } from './journal/journal.ts'
import { faultKey } from './observation.ts'
import type { Repairs } from './repair.ts'
import type { Fault } from './watch.ts'

export interface SelfRepairs {
  /**
   * Begins the repair of every L1 fault that is there now. `notes` says, by the fault's key, why one is not repaired or not
   * yet, and is kept true while the repairs run; `ended` resolves when all that this call began have ended, and never rejects.
   */
  begin(faults: readonly Fault[], signal: AbortSignal): { notes: ReadonlyMap<string, string>; ended: Promise<void> }
  /** Resolves when no repair runs any more. */
  idle(): Promise<void>
}

const notes = {
  too_many_this_hour: '未自动处理：一小时内的处理次数已达上限',
  busy: '正在处理',
  waiting: '上次自动处理未成功，稍后再试',
  dry_run: '演练模式：未执行',
  unrecorded: '未自动处理：无法写入本机记录，未记录的操作不会执行',
} as const

/** The repairs that the probe makes by itself, each in its own time: nobody has to wait for one. */
export function createSelfRepairs(parts: {
  rules: { dryRun: boolean; retryAfterMs: number }
  repairs: Repairs
  journal: Journal
  now: () => Moment
  clock: () => number
  ids: () => string
  logger: Logger
}): SelfRepairs {
  const { rules, repairs, journal, now, clock, ids, logger } = parts
  const running = new Set<Promise<void>>()

  /** Repairs one fault; says why it was not repaired, or null. */
  async function repair({ observation }: Fault, signal: AbortSignal): Promise<keyof typeof notes | null> {
    const { action } = observation
    if (action === undefined) return null
    const last = journal.lastRun(action.type, targetOf(action))
    const sinceLast = clock() - (last?.finishedAtMs ?? 0)
    if (last && last.result !== 'success' && sinceLast >= 0 && sinceLast < rules.retryAfterMs)
      return last.dryRun ? 'dry_run' : 'waiting'
    const blocked = repairs.whyNot(action)
    if (blocked !== null) return blocked
    const { type, subject, severity, description, details } = observation
    const entry = journal.begin(
      { requestId: ids(), issue: { type, subject, severity, description, details }, action, at: now() },
      rules.dryRun,
    )
    await repairs.carryOut(entry, { approved: false, signal })
    return rules.dryRun ? 'dry_run' : null
  }

  /** A disk that is full keeps the journal from being written, and that is when the report matters most. */
  async function repairOrSay(fault: Fault, signal: AbortSignal): Promise<keyof typeof notes | null> {
    try {
      return await repair(fault, signal)
    } catch (error) {
      logger.error({ err: error, fault: faultKey(fault.observation) }, 'a repair could not be recorded')
      return 'unrecorded'
    }
  }

  function track(run: Promise<void>): Promise<void> {
    running.add(run)
    void run.then(() => running.delete(run))
    return run
  }

  return {
    begin(faults, signal) {
      const said = new Map<string, string>()
      const runs = faults.flatMap((fault) => {
        const { level, action } = fault.observation
        if (level !== 'L1' || action === undefined || !fault.current || signal.aborted) return []
        const key = faultKey(fault.observation)
        said.set(key, notes.busy)
        const run = repairOrSay(fault, signal).then((why) => {
          if (why === null) said.delete(key)
          else said.set(key, notes[why])
        })
        return [track(run)]
      })
      return { notes: said, ended: Promise.all(runs).then(() => undefined) }
    },
    async idle() {
      await Promise.all(running)
    },
  }
}
