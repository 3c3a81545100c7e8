import type { FigureKind, Series } from './sampling.ts'
import { type Tolerance, trendOf } from './slope.ts'

/** What is said of one figure. */
export interface Judgement {
  kind: FigureKind
  of: string
  what: string
  from: number
  to: number
  isFlat: boolean
}

/**
 * Between the middle of the run and its end. A process grows into its heap for some minutes; a monitor that was down for a
 * part of the first half kept fewer rows in it. The room that the engine gives its heap follows the bursts of work: it is no figure.
 */
const tolerances: Record<FigureKind, Tolerance> = {
  heap: { share: 0, amount: 8 },
  memory: { share: 0.15, amount: 40 },
  handles: { share: 0.15, amount: 20 },
  spool: { share: 0.2, amount: 100 },
  'rows that wait': { share: 0.15, amount: 50 },
  'rows that are kept': { share: 1, amount: 120 },
}
const minute = 60_000

/** Judges what came after `middleMs`; rows that are kept by how many came in a minute, before that and after it. */
export function judge(series: readonly Series[], middleMs: number): Judgement[] {
  return series.flatMap<Judgement>(({ kind, of, what, samples }) => {
    const [before, after] = [
      samples.filter(({ atMs }) => atMs < middleMs),
      samples.filter(({ atMs }) => atMs >= middleMs),
    ]
    if (kind === 'rows that are kept') {
      const [from, to] = [perMinute(before), perMinute(after)]
      if (from === null || to === null) return []
      const { share, amount } = tolerances[kind]
      return [{ kind, of, what, from, to, isFlat: to - from <= Math.max(from * share, amount) }]
    }
    const trend = trendOf(after, tolerances[kind])
    return trend ? [{ kind, of, what, ...trend }] : []
  })
}

function perMinute(samples: Series['samples']): number | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || first === last) return null
  return ((last.value - first.value) / (last.atMs - first.atMs)) * minute
}
