export interface HeartbeatOptions {
  intervalMs: number
  /** Intervals without a word from the peer after which it counts as dead. */
  maxMissed: number
  ping: () => void
  onDead: () => void
}

export interface Heartbeat {
  /** Anything arrived from the peer. */
  heard(): void
  stop(): void
}

/**
 * Asks the peer for a sign of life at every interval. Intervals are counted, not milliseconds: a process that was itself
 * stopped for a while asks once more before it buries the other.
 */
export function startHeartbeat({ intervalMs, maxMissed, ping, onDead }: HeartbeatOptions): Heartbeat {
  let missed = 0
  const timer = setInterval(() => {
    if (missed >= maxMissed) return onDead()
    missed += 1
    ping()
  }, intervalMs)
  return {
    heard: () => void (missed = 0),
    stop: () => clearInterval(timer),
  }
}
