import { z } from 'zod'
import { Severity } from '../../../contract/common.ts'
import { noAnswer, type Judgement } from './judgement.ts'

/** An answer longer than this is not read. */
const maxContentChars = 16_384

const ModelVerdict = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  risk_level: Severity,
  reason: z.string().trim().min(1).max(2000),
  analysis: z.string().max(8000),
})

/** The same as a JSON Schema in the strict form that the API takes: every key required, no others. */
export const verdictSchema: Record<string, unknown> = {
  type: 'object',
  additionalProperties: false,
  required: ['decision', 'risk_level', 'reason', 'analysis'],
  properties: {
    decision: { type: 'string', enum: ['approve', 'reject'] },
    risk_level: { type: 'string', enum: Severity.options },
    reason: { type: 'string' },
    analysis: { type: 'string' },
  },
}

const Completion = z.object({
  choices: z.tuple([
    z.object({
      finish_reason: z.string().nullish(),
      message: z.object({
        content: z.string().nullish(),
        refusal: z.string().nullish(),
        tool_calls: z.array(z.unknown()).nullish(),
        function_call: z.unknown().optional(),
      }),
    }),
  ]),
  usage: z
    .object({ prompt_tokens: z.number().int().min(0), completion_tokens: z.number().int().min(0) })
    .nullish()
    .catch(null),
})

/**
 * Reads a chat completion. Only a finished answer that is exactly one JSON object of the known shape counts; anything
 * else is `none` with its reason, never an approval.
 */
export function parseCompletion(completion: unknown, tookMs: number): Judgement {
  const parsed = Completion.safeParse(completion)
  if (!parsed.success) return noAnswer('unparseable', 'not a chat completion with one choice')
  const [{ finish_reason: finish, message }] = parsed.data.choices
  if (message.refusal) return noAnswer('refused', 'the model refused')
  if (finish === 'content_filter') return noAnswer('refused', 'stopped by the content filter')
  if (message.tool_calls?.length || message.function_call) return noAnswer('unparseable', 'the model called a tool')
  if (finish !== 'stop')
    return noAnswer('unparseable', `the answer ended with ${JSON.stringify(finish ?? null).slice(0, 64)}`)
  const judgement = parseVerdict(message.content ?? '', tookMs)
  const { usage } = parsed.data
  if (judgement.outcome === 'none' || !usage) return judgement
  return { ...judgement, tokens: { input: usage.prompt_tokens, output: usage.completion_tokens } }
}

/** Reads the text of an answer. */
export function parseVerdict(content: string, tookMs: number): Judgement {
  if (content.length > maxContentChars) return noAnswer('unparseable', `longer than ${maxContentChars} characters`)
  const json = parseJson(content)
  if (json === undefined) return noAnswer('unparseable', 'not one JSON document')
  const verdict = ModelVerdict.safeParse(json)
  if (!verdict.success) return noAnswer('unparseable', 'not a verdict of the agreed shape')
  if (countKeys(content) !== Object.keys(verdict.data).length) return noAnswer('unparseable', 'a key is given twice')
  const { decision, risk_level: riskLevel, reason, analysis } = verdict.data
  return { outcome: decision, reason: visible(reason), analysis: visible(analysis), riskLevel, tookMs }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** JSON.parse lets the last of two equal keys win; here that would let an answer say both. Flat objects only. */
function countKeys(json: string): number {
  let keys = 0
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?/g)) {
    if (token.endsWith(':')) keys++
  }
  return keys
}

/** The model's words are shown in terminals and pages: no control or invisible characters but line ends and tabs. */
function visible(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, '')
}
