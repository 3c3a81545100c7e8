import type { ProcessStat } from './process-stat.ts'

const TICKS_PER_SECOND = 100

/**
 * CPU that a process used between two looks, in percent of one core, one decimal. A process that was not there before, or
 * whose number another one has now, has used nothing yet.
 */
export function cpuPercent(earlier: ProcessStat | undefined, now: ProcessStat, elapsedMs: number): number {
  if (!earlier || earlier.startTicks !== now.startTicks || elapsedMs <= 0) return 0
  const seconds = Math.max(0, now.ticks - earlier.ticks) / TICKS_PER_SECOND
  return Math.round((seconds / (elapsedMs / 1000)) * 1000) / 10
}
