import { readFileSync } from 'node:fs'
import type { Moment } from './freshness.ts'

/** Milliseconds of the kernel's monotonic clock: the same for every process of one boot, and never set. */
export const kernelMonotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n)

/** Says the moment on this boot's clock; the boot is known by the kernel's random id of it. */
export function createBootClock({
  procRoot,
  monotonicMs,
}: {
  procRoot: string
  monotonicMs: () => number
}): () => Moment {
  const bootId = readFileSync(`${procRoot}/sys/kernel/random/boot_id`, 'latin1').trim()
  return () => ({ bootId, monotonicMs: monotonicMs() })
}
