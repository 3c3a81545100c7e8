import type { Report } from '../contract/reports.ts'
import type { Inspection } from '../contract/self.ts'
import { within } from '../lib/within.ts'
import type { ProbeConfig } from '../platform/config/probe.section.ts'
import type { Logger } from '../platform/logger.ts'
import { createBootClock, kernelMonotonicMs } from './boot-clock.ts'
import { allChecks } from './checks/all-checks.ts'
import { createLogPlaces } from './checks/log-places.ts'
import { createHostSampler } from './collectors/host-metrics.ts'
import { createDecisionLoop, type RequestDecision } from './decision-loop.ts'
import { createExecution, type DeliveredResult } from './execution.ts'
import { createInspector } from './inspection.ts'
import { openJournal } from './journal/journal.ts'
import { createDiskCleaner } from './remedies/disk-clean.ts'
import { createRemedies } from './remedies/remedy-set.ts'
import { createRepairs } from './repair.ts'
import { reportOf } from './report.ts'
import { createRounds } from './rounds.ts'
import { createSelfRepairs } from './self-repairs.ts'
import { createWatch } from './watch.ts'

/** Where a probe's words go. `report` and `result` resolve once what they were given is safe. */
export interface ProbeDelivery {
  report(report: Report): void | Promise<void>
  result(result: DeliveredResult): void | Promise<void>
  requestDecision: RequestDecision
}

export interface ProbeOptions {
  config: ProbeConfig
  agentId: string
  version: string
  /** SQLite file of the probe's journal; its folder exists. */
  journalFile: string
  deliver: ProbeDelivery
  logger: Logger
  /** Wall clock, ms. */
  clock: () => number
  random: () => number
  /** New unique ids, at least 8 characters long. */
  ids: () => string
  /** Default: the kernel's clock, which goes on over restarts of this program. */
  monotonicMs?: () => number
  procRoot?: string
  onInspection?: (inspection: Inspection) => void
}

export interface Probe {
  /** Begins to inspect at the interval, after a short random wait. A second call does nothing. */
  start(): void
  /** Ends within 5 s; running repairs are ended with all their processes. A second call does nothing. */
  stop(): Promise<void>
  /** Inspects now; while an inspection runs, another one follows it. Rejects when the host cannot be read. */
  inspectNow(): Promise<Inspection>
  lastInspection(): Inspection | null
}

const STOP_TIMEOUT_MS = 4_500
const DELIVER_TIMEOUT_MS = 10_000

/** The hands of a node: measures this host, repairs what it may, and asks before what it may not. */
export function createProbe(options: ProbeOptions): Probe {
  const { config, agentId, version, deliver, logger, clock, random, ids } = options
  const { procRoot = '/proc', monotonicMs = kernelMonotonicMs } = options
  const now = createBootClock({ procRoot, monotonicMs })
  const journal = openJournal({ file: options.journalFile, clock, logger })
  const stopping = new AbortController()
  let last: Inspection | null = null
  let stopped: Promise<void> | null = null

  const sampler = createHostSampler({ procRoot, monotonicMs })
  const diskCleaner = createDiskCleaner({ rules: config.remedies.clean, clock })
  const places = createLogPlaces(journal)
  const checks = allChecks({ config, journal, diskCleaner, places, procRoot, clock, monotonicMs })
  const watch = createWatch({ checks, blindAfter: config.blind_after, logger, monotonicMs })
  const remedies = createRemedies({ config, diskCleaner, procRoot })
  const repairs = createRepairs({ config, journal, remedies, watch, sampler, logger })
  const lifeMs = config.decisions.life_s * 1000
  const execution = createExecution({
    lifeMs,
    dryRun: config.remedies.dry_run,
    journal,
    repairs,
    watch,
    sampler,
    now,
    deliverResult: (result) => deliver.result(result),
    onExecuted: () => rounds.soon(),
    logger,
  })
  const decisions = createDecisionLoop({
    rules: {
      agentId,
      lifeMs,
      deadlineMs: config.decisions.deadline_s * 1000,
      retryMinMs: config.decisions.retry_min_s * 1000,
      retryMaxMs: config.decisions.retry_max_s * 1000,
      coolDownMs: config.decisions.cool_down_s * 1000,
    },
    journal,
    execution,
    requestDecision: deliver.requestDecision,
    now,
    clock,
    random,
    ids,
    logger,
  })
  const selfRepairs = createSelfRepairs({
    rules: { dryRun: config.remedies.dry_run, retryAfterMs: config.remedies.retry_after_s * 1000 },
    repairs,
    journal,
    now,
    clock,
    ids,
    logger,
  })
  const intervalMs = config.report_interval_s * 1000
  const inspector = createInspector({
    rules: { intervalMs },
    sampler,
    watch,
    selfRepairs,
    decisions,
    execution,
    journal,
    clock,
    onRepaired: () => rounds.soon(),
  })

  const rounds = createRounds({ everyMs: intervalMs, random, logger, round: inspectOnce })

  async function inspectOnce(): Promise<Inspection> {
    const { inspection, told } = await inspector.inspect(stopping.signal)
    last = inspection
    options.onInspection?.(inspection)
    // Handed over before the journal forgets: a crash between the two tells an action twice, never not at all.
    const handed = Promise.resolve(
      deliver.report(reportOf(inspection, { agentId, version, reportUid: ids(), intervalS: config.report_interval_s })),
    )
    if (!(await within(handed, DELIVER_TIMEOUT_MS)).inTime)
      throw new Error(`a report was not taken within ${DELIVER_TIMEOUT_MS} ms`)
    journal.markReported(told)
    // After the report: a crash between the two searches the same lines twice, never not at all.
    places.keep()
    journal.prune()
    return inspection
  }

  async function stop(): Promise<void> {
    stopping.abort()
    await within(Promise.allSettled([rounds.stop(), selfRepairs.idle(), decisions.stop()]), STOP_TIMEOUT_MS)
    journal.close()
  }

  return {
    start: () => rounds.start(),
    stop: () => (stopped ??= stop()),
    inspectNow: () => rounds.now(),
    lastInspection: () => last,
  }
}
