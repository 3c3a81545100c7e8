const TICK_MS = 10
const SECOND_MS = 1000

/** When the host was booted, from `/proc/stat`, in ms since 1970; full seconds. Null when it does not say. */
export function parseBootTimeMs(procStat: string): number | null {
  const seconds = /^btime (\d+)$/m.exec(procStat)?.[1]
  return seconds === undefined ? null : Number(seconds) * SECOND_MS
}

/** When a process began, in ms since 1970. */
export const startedAtMs = (bootTimeMs: number, startTicks: number): number => bootTimeMs + startTicks * TICK_MS

/**
 * Whether a listed time names the process with these ticks. The kernel's boot time is cut to seconds and follows the
 * clock, so it may be one second off since the list; the rest must be exact to the tick.
 */
export function isSameStart(listedMs: number, bootTimeMs: number, startTicks: number): boolean {
  const off = Math.abs(listedMs - startedAtMs(bootTimeMs, startTicks))
  return off === 0 || off === SECOND_MS
}
