import { z } from 'zod'
import { maxRulesDown, RuleDown } from './alert-rules.ts'
import { NodeHistory } from './cluster.ts'
import { MonitorHistory } from './better-monitor/monitor-data.ts'
import { AgentId, IsoTime, JsonObject } from './common.ts'
import { Inspection, SelfStatus } from './self.ts'
import { TravellingSilence } from './silences.ts'

/** Something an ancestor wants done, on its way down to the owner; delivered again until it is acknowledged. */
const Command = z.object({
  uid: z.string().min(8).max(128),
  /** agent_id of the node that it is for. */
  target: AgentId,
  kind: z.string().min(1).max(64),
  payload: JsonObject,
  /** How long it waited at the sender for a link, in ms; no two clocks are compared. */
  waited_ms: z.number().int().min(0).default(0),
})
type Command = z.infer<typeof Command>

/** So many fit into one message. */
export const maxSamplesPerAnswer = 1_000

/** What may be asked over the link, by name. */
export const LinkMethods = {
  /** Inspects the asked node now. */
  'node.inspect': { params: z.object({}), result: Inspection },
  /** The history that a monitor keeps of one of its direct children or of itself. */
  'node.history': { params: z.object({ agent_id: AgentId }), result: NodeHistory },
  /** Measurements that a monitor keeps of one of its direct children or of itself; what lies between is summed up in `limit` points. */
  'node.samples': {
    params: z.object({
      agent_id: AgentId,
      from: IsoTime,
      to: IsoTime,
      limit: z.number().int().min(1).max(maxSamplesPerAnswer),
    }),
    result: MonitorHistory,
  },
  'node.status': { params: z.object({}), result: SelfStatus },
  /** Asked upwards: whether a name is free for that machine in the whole tree. */
  'name.check': {
    params: z.object({ agent_id: AgentId, node_uid: z.string().max(128).nullable() }),
    result: z.object({ answer: z.enum(['free', 'taken', 'deleted', 'unknown']) }),
  },
  /** Told downwards: every alert rule from above that concerns the asked monitor or something below it, and no others. */
  'rules.hold': {
    params: z.object({ from: AgentId, rules: z.array(RuleDown).max(maxRulesDown) }),
    result: z.object({}),
  },
  /** Hands commands over; what is in `accepted` is kept durably and need not be sent again. */
  'command.deliver': {
    params: z.object({ commands: z.array(Command).min(1).max(500) }),
    result: z.object({ accepted: z.array(z.string()) }),
  },
  /** Told downwards: every silence from above that concerns the asked monitor or something below it, and no others. */
  'silences.hold': {
    params: z.object({ silences: z.array(TravellingSilence).max(10_000) }),
    result: z.object({}),
  },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType }>

export type LinkMethod = keyof typeof LinkMethods
export type LinkParams<M extends LinkMethod> = z.input<(typeof LinkMethods)[M]['params']>
export type LinkResult<M extends LinkMethod> = z.output<(typeof LinkMethods)[M]['result']>
