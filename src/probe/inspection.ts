import type { Inspection } from '../contract/self.ts'
import { within } from '../lib/within.ts'
import { metricsOf, type HostSample, type HostSampler } from './collectors/host-metrics.ts'
import type { DecisionLoop } from './decision-loop.ts'
import type { Execution } from './execution.ts'
import type { Journal } from './journal/journal.ts'
import { faultKey } from './observation.ts'
import { actionTakenOf, issueOf } from './report.ts'
import type { SelfRepairs } from './self-repairs.ts'
import { statusOf } from './status.ts'
import type { Watch } from './watch.ts'

export interface Inspected {
  inspection: Inspection
  /** Entries of the journal that this inspection's `actions_taken` tells. */
  told: number[]
}

export interface Inspector {
  /** One inspection: sample, checks, L1 repairs, questions for L2, and the list of what is wrong now. No repair holds it up for longer than the interval. */
  inspect(signal: AbortSignal): Promise<Inspected>
}

const MAX_ISSUES = 1000

/** Brings the parts of a probe together for one inspection after another. */
export function createInspector(parts: {
  rules: { intervalMs: number }
  sampler: HostSampler
  watch: Watch
  selfRepairs: SelfRepairs
  decisions: DecisionLoop
  execution: Execution
  journal: Journal
  clock: () => number
  /** Called when a repair has ended that its inspection did not wait for, so that the next report tells it. */
  onRepaired: () => void
}): Inspector {
  const { rules, sampler, watch, selfRepairs, decisions, execution, journal, clock, onRepaired } = parts
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

  /**
   * A repair that is done soon is told as an action instead of an issue, so it is waited for; but never past the next
   * inspection, and not at all when there is something that others have to know.
   */
  async function repairAll(signal: AbortSignal, waitMs: number): Promise<ReadonlyMap<string, string>> {
    const faults = watch.faults()
    const isUrgent = faults.some(({ observation }) => observation.level !== 'L1')
    const { notes, ended } = selfRepairs.begin(faults, signal)
    const { inTime } = await within(ended, isUrgent ? 0 : Math.max(0, waitMs))
    if (!inTime) void ended.then(onRepaired)
    return notes
  }

  return {
    async inspect(signal) {
      const startedAtMs = clock()
      const began = performance.now()
      const sample = await sampler.sample()
      await watch.look(sample, signal)
      endInterrupted()
      const unrepaired = await repairAll(signal, rules.intervalMs - (performance.now() - began))
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
