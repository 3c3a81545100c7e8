import { z } from 'zod'

const openAiUrl = 'https://api.openai.com/v1'

/** The model that judges; without `model` there is none and the policy alone decides. */
export const LlmSection = z
  .strictObject({
    base_url: z
      .url({ protocol: /^https?$/ })
      .default(openAiUrl)
      .describe('Address of any OpenAI-compatible API'),
    api_key: z.string().min(1).max(1024).optional().describe('Its key (a secret); many local servers need none'),
    model: z.string().min(1).max(256).optional().describe('Name of the model; absent means that no model is asked'),
    timeout_ms: z
      .number()
      .int()
      .min(10)
      .max(300_000)
      .default(20_000)
      .describe('Longest time of one judgement with its retries, in milliseconds'),
    concurrency: z.number().int().min(1).max(1000).default(10).describe('Judgements at the same time'),
    max_queue: z.number().int().min(0).max(100_000).default(500).describe('Judgements that may wait for their turn'),
    budget_per_hour: z
      .number()
      .int()
      .min(0)
      .max(1_000_000)
      .default(500)
      .describe('Judgements in any hour, over restarts too; 0 asks never'),
    retries: z
      .number()
      .int()
      .min(0)
      .max(10)
      .default(2)
      .describe('Further attempts after 429, 5xx or a lost connection'),
    circuit: z
      .strictObject({
        failures: z
          .number()
          .int()
          .min(1)
          .max(1000)
          .default(5)
          .describe('Failures in a row after which no more is asked'),
        open_s: z.number().positive().max(86_400).default(30).describe('Pause before the next attempt, in seconds'),
      })
      .prefault({})
      .describe('Leaves a model in peace that does not answer'),
    max_output_tokens: z.number().int().min(64).max(32_768).default(1024).describe('Longest answer, in tokens'),
    max_tokens_field: z
      .enum(['max_tokens', 'max_completion_tokens'])
      .default('max_tokens')
      .describe('Name that the API gives the limit above; newer OpenAI models want max_completion_tokens'),
    temperature: z
      .number()
      .min(0)
      .max(2)
      .nullable()
      .default(0)
      .describe('Sampling temperature; null leaves it out for models that refuse it'),
    response_format: z
      .enum(['json_schema', 'json_object'])
      .default('json_schema')
      .describe('How the answer is forced into shape; json_object for an API that knows no schemas'),
    language: z.enum(['zh', 'en']).default('zh').describe('Language in which the model explains itself'),
  })
  .refine((llm) => llm.model === undefined || llm.api_key !== undefined || llm.base_url !== openAiUrl, {
    path: ['api_key'],
    error: 'is needed for a model at api.openai.com',
  })
export type LlmSection = z.infer<typeof LlmSection>
