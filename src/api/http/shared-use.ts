import type { Broadcast } from '../../monitor/sharing/broadcast.ts'
import { type RateLimitSettings, type RateLimits, createRateLimits, Used } from './rate-limit.ts'

const topic = 'used'
/** What comes with every request is gathered so long, attempts to get in much shorter. */
const requestsGatheredMs = 250
const attemptsGatheredMs = 10
const attempts: ReadonlySet<Used['kind']> = new Set(['auth', 'login', 'register'] as const)
const maxGathered = 20_000

/**
 * Limits that count what the other processes of this monitor have let through too. Until it has heard of them, each lets
 * through what its own window has left.
 */
export function createSharedLimits(settings: RateLimitSettings, broadcast: Broadcast): RateLimits {
  const tell = (used: Used) => broadcast.tell(topic, used, 0)
  const [addAttempt, addRequest] = [gather(attemptsGatheredMs, tell), gather(requestsGatheredMs, tell)]
  const limits = createRateLimits(settings, (used) => (attempts.has(used.kind) ? addAttempt : addRequest)(used))
  broadcast.on(topic, Used, (used) => void limits.countElsewhere(used))
  return limits
}

/** Sums up what is used, and tells it once in `gatheredMs`. Subjects beyond `maxGathered` at once are left out. */
function gather(gatheredMs: number, tell: (used: Used) => void): (used: Used) => void {
  const sums = new Map<string, Used>()

  function tellAll(): void {
    for (const used of sums.values()) tell(used)
    sums.clear()
  }

  return function add({ kind, subject, points }) {
    const key = `${kind} ${subject}`
    const sum = sums.get(key)
    if (sum) sum.points += points
    else if (sums.size < maxGathered) {
      if (sums.size === 0) setTimeout(tellAll, gatheredMs).unref()
      sums.set(key, { kind, subject, points })
    }
  }
}
