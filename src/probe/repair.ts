import { setTimeout as delay } from 'node:timers/promises'
import type { Action } from '../contract/actions.ts'
import type { ExecutionStatus } from '../contract/reports.ts'
import type { ProbeConfig } from '../platform/config/probe.section.ts'
import type { Logger } from '../platform/logger.ts'
import type { HostSampler } from './collectors/host-metrics.ts'
import { targetOf, type Entry } from './journal/entry.ts'
import type { Journal } from './journal/journal.ts'
import { faultKey } from './observation.ts'
import type { Remedies } from './remedies/remedy-set.ts'
import type { Watch } from './watch.ts'

export interface Repairs {
  /** Why an action may not run now, or null. */
  whyNot(action: Action): 'too_many_this_hour' | 'busy' | null
  /** Carries out an entry that is `executing`, looks whether it helped, and writes the end into the journal. */
  carryOut(entry: Entry, options: { approved: boolean; signal: AbortSignal }): Promise<ExecutionStatus>
}

const LOOK_EVERY_MS = 250
const PROCESS_STOP_VERIFY_MS = 5_000

/** What a run has become: whether it was carried out, and whether the fault is gone. A start that did not help has failed. */
export function resultOf(action: Action, { ok, helped }: { ok: boolean; helped: boolean }): ExecutionStatus {
  if (helped) return ok ? 'success' : 'partial'
  const isService = action.type === 'service.restart' || action.type === 'service.start'
  return ok && !isService ? 'partial' : 'failed'
}

/** Runs repairs one at a time per target, within the ceiling of an hour, and verifies each. */
export function createRepairs({
  config,
  journal,
  remedies,
  watch,
  sampler,
  logger,
}: {
  config: ProbeConfig
  journal: Journal
  remedies: Remedies
  watch: Watch
  sampler: HostSampler
  logger: Logger
}): Repairs {
  const { dry_run: dryRun, max_per_hour: maxPerHour } = config.remedies
  const busy = new Set<string>()

  /** How long a repair has to show, and how many good looks in a row are the proof: a service may die right after its start. */
  function proofOf(action: Action): { forMs: number; looks: number } {
    if (action.type === 'process.stop') return { forMs: PROCESS_STOP_VERIFY_MS, looks: 1 }
    if (action.type !== 'service.restart' && action.type !== 'service.start') return { forMs: 0, looks: 1 }
    const service = config.services.find((entry) => entry.name === action.service)
    return { forMs: (service?.verify_s ?? 0) * 1000, looks: 2 }
  }

  async function verify({ action, issue }: Entry, signal: AbortSignal): Promise<boolean> {
    const { forMs, looks } = proofOf(action)
    const deadline = performance.now() + forMs
    let goodLooks = 0
    for (;;) {
      const seen = await watch.lookAgain(issue, await sampler.sample(), signal)
      if (seen === null) return false
      goodLooks = seen.level === null ? goodLooks + 1 : 0
      if (goodLooks >= looks) {
        watch.settle(seen)
        return true
      }
      if (signal.aborted || performance.now() >= deadline) return false
      await delay(LOOK_EVERY_MS)
    }
  }

  async function helped(entry: Entry, signal: AbortSignal): Promise<{ helped: boolean; note: string }> {
    try {
      return (await verify(entry, signal))
        ? { helped: true, note: 'verified: the fault is gone' }
        : { helped: false, note: 'verified: the fault is still there' }
    } catch (error) {
      return { helped: false, note: `could not be verified: ${error instanceof Error ? error.message : String(error)}` }
    }
  }

  /** Once the end is in the journal the level may be another one (cannot be started, cleaning failed): shown at once. */
  async function settle(entry: Entry, signal: AbortSignal): Promise<void> {
    try {
      const seen = await watch.lookAgain(entry.issue, await sampler.sample(), signal)
      if (seen !== null) watch.settle(seen)
    } catch (error) {
      logger.warn(
        { err: error, fault: faultKey(entry.issue) },
        'the level after a repair is left to the next inspection',
      )
    }
  }

  async function run(
    entry: Entry,
    { approved, signal }: { approved: boolean; signal: AbortSignal },
  ): Promise<ExecutionStatus> {
    const outcome = await remedies.perform(entry.action, { approved, dryRun, details: entry.issue.details, signal })
    if (dryRun) {
      journal.finish(entry.id, 'partial', outcome.output)
      return 'partial'
    }
    // A failed command may have helped all the same, and a good one may not have.
    const proof = await helped(entry, signal)
    const result = resultOf(entry.action, { ok: outcome.ok, helped: proof.helped })
    journal.finish(entry.id, result, `${outcome.output}\n${proof.note}`)
    if (!proof.helped && !signal.aborted) await settle(entry, signal)
    return result
  }

  return {
    whyNot(action) {
      if (busy.has(targetOf(action))) return 'busy'
      return journal.runsInLastHour() >= maxPerHour ? 'too_many_this_hour' : null
    },
    async carryOut(entry, options) {
      const target = targetOf(entry.action)
      busy.add(target)
      try {
        const result = await run(entry, options)
        logger.info(
          { action: entry.action, fault: faultKey(entry.issue), level: entry.level, result, dryRun },
          'a repair ended',
        )
        return result
      } finally {
        busy.delete(target)
      }
    },
  }
}
