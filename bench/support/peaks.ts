import type { CortexNode } from './cortex.ts'
import { usageOf } from './usage.ts'

const everyMs = 50

/** Watches what processes hold in memory until `grown` is asked: the growth of each to its peak, in MB. */
export function watchMemory(nodes: ReadonlyArray<Pick<CortexNode, 'pid'>>): { grown(): number[] } {
  const before = nodes.map(({ pid }) => usageOf(pid).rssMb)
  const peaks = [...before]
  const look = () => nodes.forEach(({ pid }, at) => (peaks[at] = Math.max(peaks[at] ?? 0, usageOf(pid).rssMb)))
  const timer = setInterval(look, everyMs)
  return {
    grown() {
      clearInterval(timer)
      look()
      return peaks.map((peak, at) => peak - (before[at] ?? 0))
    },
  }
}
