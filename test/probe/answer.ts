import type { DecisionAnswer, DecisionRequest } from '../../src/contract/decisions.ts'

/** A monitor's answer to a request, with what a test wants to say in it. */
export function answerTo(request: DecisionRequest, answer: Partial<DecisionAnswer>): DecisionAnswer {
  const at = new Date().toISOString()
  return {
    decision_id: 41,
    request_id: request.request_id ?? '',
    status: 'pending',
    reason: 'test',
    llm_analysis: null,
    created_at: at,
    decided_by: 'policy',
    authority: 'root',
    path: [],
    expires_at: at,
    valid_for_ms: 60_000,
    ...answer,
  }
}
