import type { IssueLevel } from '../contract/common.ts'
import { within } from '../lib/within.ts'
import type { Logger } from '../platform/logger.ts'
import type { Check } from './checks/check.ts'
import type { HostSample } from './collectors/host-metrics.ts'
import { calm, settled, step, type Streak } from './hysteresis.ts'
import { inParallel } from './in-parallel.ts'
import { faultKey, good, type Observation } from './observation.ts'

/** An issue that is shown: what was last seen of it at its level, and whether the newest look saw it too. */
export interface Fault {
  observation: Observation
  current: boolean
}

export interface Watch {
  /** Runs every check that is due, each within its time; a check that fails becomes a fault itself. */
  look(sample: HostSample, signal: AbortSignal): Promise<void>
  /** The faults that are shown now. */
  faults(): Fault[]
  /** Looks at one fault again, right now. Rejects when its check fails; null when no check knows it. */
  lookAgain(
    fault: { type: string; subject: string },
    sample: HostSample,
    signal: AbortSignal,
  ): Promise<Observation | null>
  /** Takes what was just seen as certain, as after a repair: no further samples are waited for. */
  settle(observation: Observation): void
}

interface Tracked {
  check: Check
  streak: Streak
  latest: Observation
  byLevel: Partial<Record<IssueLevel, Observation>>
  /** How many settlements there had been when this fault was settled; 0: it never was. */
  settledAt: number
}

const MAX_AT_ONCE = 8
const FAILED = 'check_failed'

/** Keeps what the checks saw, with hysteresis. `blindAfter` failures of one check in a row are an L3. */
export function createWatch({
  checks,
  blindAfter,
  logger,
  monotonicMs,
}: {
  checks: readonly Check[]
  blindAfter: number
  logger: Logger
  monotonicMs: () => number
}): Watch {
  const tracked = new Map<string, Tracked>()
  const lastLookMs = new Map<string, number>()
  const failures = new Map<string, number>()
  const hanging = new Set<string>()
  let settlements = 0

  const raised = (type: string, subject: string): IssueLevel | null =>
    tracked.get(faultKey({ type, subject }))?.streak.raised ?? null

  async function lookWith(
    check: Check,
    sample: HostSample,
    signal: AbortSignal,
    fresh: boolean,
  ): Promise<Observation[]> {
    const timer = new AbortController()
    const looking = check.look({ sample, signal: AbortSignal.any([signal, timer.signal]), raised, fresh })
    const seen = await within(looking, check.timeoutMs)
    if (seen.inTime) return seen.value
    timer.abort()
    // Until it comes back it is not started again, so that a stuck check does not pile up.
    hanging.add(check.name)
    looking.then(
      () => hanging.delete(check.name),
      () => hanging.delete(check.name),
    )
    throw new Error(`no result within ${check.timeoutMs} ms`)
  }

  function track(
    check: Check,
    observation: Observation,
    rules: { badSamples: number; goodSamples: number } = check,
  ): void {
    const key = faultKey(observation)
    const before = tracked.get(key)
    const entry = before ?? { check, streak: calm, latest: observation, byLevel: {}, settledAt: 0 }
    entry.latest = observation
    if (observation.level !== null) entry.byLevel[observation.level] = observation
    entry.streak = step(entry.streak, observation.level, rules)
    const nothing = entry.streak.raised === null && observation.level === null
    if (nothing) entry.byLevel = {}
    tracked.set(key, entry)
  }

  async function runCheck(check: Check, sample: HostSample, signal: AbortSignal): Promise<void> {
    try {
      if (hanging.has(check.name)) throw new Error('the look before has not come back yet')
      const begunAt = settlements
      const observations = await lookWith(check, sample, signal, false)
      const seen = new Set(observations.map(faultKey))
      for (const observation of observations) {
        // What was settled while this look ran is newer than what it saw.
        if ((tracked.get(faultKey(observation))?.settledAt ?? 0) <= begunAt) track(check, observation)
      }
      for (const [key, { check: owner, latest }] of tracked) {
        // A subject that is not there any more (an unmounted disk) is no fault.
        if (owner === check && latest.type !== FAILED && !seen.has(key)) track(check, good(latest.type, latest.subject))
      }
      failures.delete(check.name)
      if (tracked.has(faultKey({ type: FAILED, subject: check.name })))
        track(check, good(FAILED, check.name), { badSamples: 1, goodSamples: 1 })
    } catch (error) {
      if (signal.aborted) return
      logger.warn({ err: error, check: check.name }, 'a check failed')
      const count = (failures.get(check.name) ?? 0) + 1
      failures.set(check.name, count)
      track(check, failedCheck(check, error, count >= blindAfter ? 'L3' : 'L1', count), {
        badSamples: check.everyMs > 0 ? 1 : 2,
        goodSamples: 1,
      })
    }
  }

  return {
    async look(sample, signal) {
      const now = monotonicMs()
      const due = checks.filter((check) => now - (lastLookMs.get(check.name) ?? -Infinity) >= check.everyMs)
      for (const check of due) lastLookMs.set(check.name, now)
      await inParallel(due, MAX_AT_ONCE, (check) => runCheck(check, sample, signal))
    },
    faults() {
      return [...tracked.values()].flatMap(({ streak, latest, byLevel }) => {
        const observation = streak.raised === null ? undefined : byLevel[streak.raised]
        return observation ? [{ observation, current: latest.level !== null }] : []
      })
    },
    async lookAgain(fault, sample, signal) {
      const known = tracked.get(faultKey(fault))
      if (!known) return null
      const observations = await lookWith(known.check, sample, signal, true)
      return (
        observations.find((observation) => faultKey(observation) === faultKey(fault)) ?? good(fault.type, fault.subject)
      )
    },
    settle(observation) {
      const known = tracked.get(faultKey(observation))
      if (!known) return
      known.latest = observation
      known.streak = settled(observation.level)
      known.byLevel = observation.level === null ? {} : { [observation.level]: observation }
      settlements += 1
      known.settledAt = settlements
    },
  }
}

function failedCheck(check: Check, error: unknown, level: IssueLevel, failedTimes: number): Observation {
  const why = error instanceof Error ? error.message : String(error)
  return {
    type: FAILED,
    subject: check.name,
    level,
    severity: level === 'L3' ? 'high' : 'medium',
    description: `检查 “${check.name}” 无法完成：${why}`.slice(0, 2000),
    details: { check: check.name, error: why.slice(0, 2000), failed_times: failedTimes },
  }
}
