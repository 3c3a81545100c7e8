import { z } from 'zod'
import { AgentId } from '../common.ts'

/** Who asks for an operation, as it travels in the `meta` of a call or a stream. */
export const OperationOrigin = z.object({
  /** Name of the person. */
  actor: z.string().min(1).max(256),
  /** The monitor at which the person is signed in. */
  at: AgentId,
  request_id: z.string().max(128),
})
export type OperationOrigin = z.infer<typeof OperationOrigin>
