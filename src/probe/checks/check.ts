import type { IssueLevel } from '../../contract/common.ts'
import type { HostSample } from '../collectors/host-metrics.ts'
import type { Observation } from '../observation.ts'

/** What a check is given for one look. */
export interface LookContext {
  sample: HostSample
  signal: AbortSignal
  /** The level at which a fault is shown now; what is raised needs a margin to be good again. */
  raised(type: string, subject: string): IssueLevel | null
  /** A look right before or after a repair: nothing that was remembered will do. */
  fresh: boolean
}

/** One thing that is looked at. A look answers for every subject it saw, the good ones too. */
export interface Check {
  name: string
  /** Seconds between two looks are at least this; 0 = with every inspection. */
  everyMs: number
  timeoutMs: number
  badSamples: number
  goodSamples: number
  look(context: LookContext): Promise<Observation[]>
}
