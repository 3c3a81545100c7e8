import { z } from 'zod'
import { Action } from './actions.ts'
import { AgentId, IsoTime, JsonObject, LongText, Severity, ShortText } from './common.ts'

/** What a model made of a question: never more than a guess beside the policy. */
const ModelAnswer = z.object({
  model: z.string().max(256),
  outcome: z.enum(['approve', 'reject', 'none']),
  /** Of `none`: why there was no answer that counts (`timeout`, `budget`, …). */
  why: z.string().max(64).nullable(),
  reason: LongText.nullable(),
  risk_level: Severity.nullable(),
  /** From the question to the answer, waiting for its turn included. */
  took_ms: z.number().int().min(0),
  /** As the model's server counted them; null when it did not. */
  input_tokens: z.number().int().min(0).nullable(),
  output_tokens: z.number().int().min(0).nullable(),
})
export type ModelAnswer = z.infer<typeof ModelAnswer>

/** What one monitor on the way said. What is optional is missing from monitors of an older version. */
export const DecisionHop = z.object({
  agent_id: AgentId,
  verdict: z.enum(['deny', 'approve', 'judge', 'human', 'escalate']),
  reason: z.string(),
  at: IsoTime,
  /** The rule that gave the verdict: a configured one, or a built-in one (`known_action`). Missing on a person's answer. */
  rule: z.string().max(512).optional(),
  /** What that rule says, for people. */
  text: z.object({ zh: LongText, en: LongText }).optional(),
  /** How long this monitor had the question, by its own clock; whoever it asked above included. */
  took_ms: z.number().int().min(0).optional(),
  /** Where the policy asked a model. */
  model: ModelAnswer.optional(),
  /** Who answered here, and why, in their own words. */
  person: z.string().max(256).optional(),
  note: LongText.optional(),
})
export type DecisionHop = z.infer<typeof DecisionHop>

/** What the node that asked had seen. */
export const DecisionEvidence = z.object({
  subject: ShortText.nullable(),
  action: Action.nullable(),
  risk_assessment: LongText.nullable(),
  details: JsonObject,
  context: JsonObject,
})
export type DecisionEvidence = z.infer<typeof DecisionEvidence>
