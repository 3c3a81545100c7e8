/** Variables that configure the model, and no other part of a node. */
const OF_THE_MODEL = /^(OPENAI_(BASE_URL|API_KEY)|CORTEX_LLM_[A-Z_]+)$/

/** What the root of the demo gets to know of a model: that of the environment, if one is named there. */
export function modelEnvironment(env: NodeJS.ProcessEnv): { env: NodeJS.ProcessEnv; text: string } {
  const model = env['CORTEX_LLM_MODEL']?.trim()
  if (!model) return { env: {}, text: 'decides by its policy alone: no model is configured (CORTEX_LLM_MODEL)' }
  const found = Object.entries(env).filter(([name]) => OF_THE_MODEL.test(name))
  return {
    env: { CORTEX_LLM_LANGUAGE: 'en', ...Object.fromEntries(found) },
    text: `decides by its policy and the model ${model}`,
  }
}
