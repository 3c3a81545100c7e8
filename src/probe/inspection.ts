import type { Inspection } from '../contract/self.ts'
import type { Logger } from '../platform/logger.ts'
import { metricsOf, type HostSample, type HostSampler } from './collectors/host-metrics.ts'
import type { DecisionLoop } from './decision-loop.ts'
import type { Execution } from './execution.ts'
import type { Moment } from './freshness.ts'
import { targetOf } from './journal/entry.ts'
import type { Journal } from './journal/journal.ts'
import { faultKey } from './observation.ts'
import type { Repairs } from './repair.ts'
import { actionTakenOf, issueOf } from './report.ts'
import { statusOf } from './status.ts'
import type { Fault, Watch } from './watch.ts'

export interface Inspected {
  inspection: Inspection
  /** Entries of the journal that this inspection's `actions_taken` tells. */
  told: number[]
}

export interface Inspector {
  /** One inspection: sample, checks, L1 repairs, questions for L2, and the list of what is wrong now. */
  inspect(signal: AbortSignal): Promise<Inspected>
}

const MAX_ISSUES = 1000

const notes = {
  too_many_this_hour: '未自动处理：一小时内的处理次数已达上限',
  busy: '正在处理',
  waiting: '上次自动处理未成功，稍后再试',
  dry_run: '演练模式：未执行',
  unrecorded: '未自动处理：无法写入本机记录，未记录的操作不会执行',
} as const

/** Brings the parts of a probe together for one inspection after another. */
export function createInspector(parts: {
  rules: { dryRun: boolean; retryAfterMs: number }
  sampler: HostSampler
  watch: Watch
  repairs: Repairs
  decisions: DecisionLoop
  execution: Execution
  journal: Journal
  now: () => Moment
  clock: () => number
  ids: () => string
  logger: Logger
}): Inspector {
  const { rules, sampler, watch, repairs, decisions, execution, journal, now, clock, ids, logger } = parts
  // Only what an earlier process left: what this one executes is never in doubt.
  let interrupted = journal.inState('executing')

  /** A run that was cut off is never begun again: it has failed, and looking says how the fault is now. */
  function endInterrupted(): void {
    const present = new Set(
      watch
        .faults()
        .filter((fault) => fault.current)
        .map((fault) => faultKey(fault.observation)),
    )
    for (const entry of interrupted) {
      const state = present.has(faultKey(entry.issue)) ? 'the fault is still there' : 'the fault was not seen since'
      journal.finish(entry.id, 'failed', `interrupted: this node was ended during the run; ${state}`)
    }
    interrupted = []
  }

  /** Repairs one L1 fault; says why it was not repaired, or null. */
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

  async function repairAll(signal: AbortSignal): Promise<Map<string, string>> {
    const repairable = watch.faults().filter(({ observation, current }) => observation.level === 'L1' && current)
    const said = await Promise.all(
      repairable.map(async (fault): Promise<[string, string][]> => {
        const why = signal.aborted ? null : await repairOrSay(fault, signal)
        return why === null ? [] : [[faultKey(fault.observation), notes[why]]]
      }),
    )
    return new Map(said.flat())
  }

  return {
    async inspect(signal) {
      const startedAtMs = clock()
      const began = performance.now()
      const sample = await sampler.sample()
      await watch.look(sample, signal)
      endInterrupted()
      const unrepaired = await repairAll(signal)
      const faults = watch.faults()
      const requests = decisions.consider(faults, loadText(sample))
      // Not waited for: a monitor out of reach must not slow the watching down. Failures are logged where they happen.
      void execution.deliverDue()
      const started_at = new Date(startedAtMs).toISOString()
      const issues = faults.slice(0, MAX_ISSUES).map(({ observation }) => {
        const key = faultKey(observation)
        return issueOf(observation, { at: started_at, requestId: requests.get(key), note: unrepaired.get(key) })
      })
      const told = journal.unreported()
      return {
        inspection: {
          started_at,
          took_ms: Math.round((performance.now() - began) * 10) / 10,
          status: statusOf(issues),
          metrics: metricsOf(sample),
          issues,
          actions_taken: told.map(actionTakenOf),
        },
        told: told.map((entry) => entry.id),
      }
    },
  }
}

function loadText({ load, cores, cpuPercent, memory }: HostSample): string {
  return `load ${load[0]} on ${cores} cores, cpu ${Math.round(cpuPercent)}%, memory ${Math.round(memory.percent)}%`
}
