import type { Supervision } from '../platform/releases/supervision.ts'

/** How a node that runs under a supervisor speaks to it, and ends so that another build takes its place. */
export interface RunUnder {
  supervision: Supervision
  restart(reason: string): void
}
