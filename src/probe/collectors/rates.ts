/** Bytes per second between two readings of a counter; a counter that began anew counts as no traffic. */
export function bytesPerSecond(before: number, after: number, elapsedMs: number): number {
  if (elapsedMs <= 0 || after < before) return 0
  return Math.round(((after - before) / elapsedMs) * 1000)
}
