/**
 * Since when this monitor has been listening without a break: its start, or the end of the last time it could not
 * hear (its process was stopped, its database away, most of its children silent at once).
 */
export function createPresence(options: { clock: () => number; maxGapMs: number }) {
  const { clock, maxGapMs } = options
  let sinceMs = clock()
  let lastTickMs = sinceMs

  return {
    /** Start of the time that counts. */
    sinceMs: () => sinceMs,
    /** Called at every look; a long gap since the last one, or a clock that was set back, means that it counts from now. */
    tick(): void {
      const nowMs = clock()
      if (nowMs - lastTickMs > maxGapMs || nowMs < lastTickMs) sinceMs = nowMs
      lastTickMs = nowMs
    },
    /** The monitor could not hear until now. */
    wasAway(): void {
      sinceMs = clock()
    },
  }
}
export type Presence = ReturnType<typeof createPresence>
