const firstMs = 200
const maxMs = 30_000
const stableMs = 60_000

/**
 * How long to wait before the server is started again, in milliseconds: 0.2 s, doubling up to 30 s. A server that had
 * run for a minute counts as sound, so its end is a first one.
 */
export function restartDelay(endsInARow: number, ranMs: number): { delayMs: number; endsInARow: number } {
  const ends = ranMs >= stableMs ? 1 : endsInARow + 1
  return { delayMs: Math.min(maxMs, firstMs * 2 ** Math.min(ends - 1, 16)), endsInARow: ends }
}
