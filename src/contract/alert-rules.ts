import { z } from 'zod'
import { AgentId, Severity } from './common.ts'
import { ContainerRef } from './operations/docker.ts'
import { CertificateDomain } from './operations/nginx.ts'

export const RuleType = z.enum([
  'cpu',
  'memory',
  'disk',
  'network',
  'load',
  'status',
  'process',
  'container',
  'certificate',
])
export type RuleType = z.infer<typeof RuleType>

/** What a type of rule measures, and which thresholds make sense for it. */
interface RuleTypeFacts {
  /** The side of the threshold that is wrong; null: there is nothing to compare. */
  wrongWhen: 'above' | 'below' | null
  min: number
  max: number
  whole: boolean
  /** Null: it has to be given. */
  defaultThreshold: number | null
  /** What `target` has to be; null: there is none. */
  target: z.ZodType<string> | null
  unit: string
}

const percent = {
  wrongWhen: 'above',
  min: 0,
  max: 100,
  whole: false,
  defaultThreshold: null,
  target: null,
  unit: '%',
} as const
const rate = { ...percent, max: 1e15 }
const count = { wrongWhen: 'below', min: 1, max: 10_000, whole: true, defaultThreshold: 1 } as const
const ProcessName = z.string().regex(/^[^\p{Cc}/]{1,128}$/u, 'the name of a program without its path, such as nginx')

/** By type: percent used; bytes per second, the larger of in and out; the load of one minute; running ones; days left. */
export const ruleTypes: Record<RuleType, RuleTypeFacts> = {
  cpu: percent,
  memory: percent,
  disk: percent,
  network: { ...rate, unit: 'B/s' },
  load: { ...rate, max: 1e6, unit: '' },
  status: { ...percent, wrongWhen: null, max: 1e15, defaultThreshold: 0, unit: '' },
  process: { ...count, target: ProcessName, unit: 'running' },
  container: { ...count, target: ContainerRef, unit: 'running' },
  certificate: {
    ...count,
    max: 3650,
    whole: false,
    defaultThreshold: 30,
    target: CertificateDomain,
    unit: 'days left',
  },
}

export const RuleName = z.string().trim().max(128)
export const RuleTarget = z.string().min(1).max(255)
export const RuleThreshold = z.number().min(0).max(1e15)
/** Seconds for which it has to be wrong without a break. */
export const RuleDuration = z.number().int().min(0).max(604_800)
/** Seconds between two notices of one alert that stays. */
export const RuleRepeat = z.number().int().min(60).max(2_592_000)

/** A rule on its way to a monitor below, which judges it for the nodes that report there. */
export const RuleDown = z.object({
  uid: z.uuid(),
  /** agent_id of the monitor at which it was made, and where alone it is changed. */
  made_at: AgentId,
  /** The one node that it is about; null: all that are below. */
  agent_id: AgentId.nullable(),
  type: RuleType,
  name: RuleName,
  target: RuleTarget.nullable(),
  threshold: RuleThreshold,
  recovery_threshold: RuleThreshold,
  duration_s: RuleDuration,
  severity: Severity,
  repeat_interval_s: RuleRepeat.nullable(),
})
export type RuleDown = z.infer<typeof RuleDown>

/** As many fit into one message of a link. */
export const maxRulesDown = 1000
