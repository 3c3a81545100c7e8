import type { SubtreeCounts } from '../../contract/cluster.ts'
import { type Mark, marksIn } from '../live/health.ts'
import { classes } from './class-names.ts'

const grounds: Record<Mark, string> = {
  healthy: 'bg-good',
  warning: 'bg-warn',
  critical: 'bg-bad',
  offline: 'bg-off',
  unreachable: 'bg-off',
  unknown: 'bg-off',
}

/** The shares of states among many nodes as one bar, the worst first. Beside it the same has to stand as text. */
export function HealthBar({ counts, className }: { counts: SubtreeCounts | undefined; className?: string }) {
  return (
    <span aria-hidden className={classes('flex h-1.5 gap-px overflow-hidden rounded-full bg-hover', className)}>
      {(counts ? marksIn(counts) : []).map(({ mark, count }) => (
        <span key={mark} className={classes('h-full min-w-0.5', grounds[mark])} style={{ flexGrow: count }} />
      ))}
    </span>
  )
}
