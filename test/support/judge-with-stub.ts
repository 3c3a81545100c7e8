import { afterEach, beforeEach } from 'vitest'
import { createJudge, type Judge, type JudgeParts } from '../../src/monitor/decisions/judge/judge.ts'
import type { JudgeInput } from '../../src/monitor/decisions/judge/prompt.ts'
import { LlmSection } from '../../src/platform/config/llm.section.ts'
import { startModelStub, type ModelStub } from './model-stub.ts'

/** Longer than any of these calls takes. */
export const patient = { deadlineMs: 20_000 }

export interface JudgeWithStub {
  /** The stub of the running test. */
  readonly stub: ModelStub
  /** A judge that asks the stub; closed after the test. */
  judgeWith(llm?: Record<string, unknown>, parts?: Partial<JudgeParts>): Judge
}

/** Gives every test of a file its own stub. */
export function useJudgeWithStub(): JudgeWithStub {
  let stub: ModelStub | null = null
  let judges: Judge[] = []
  const running = (): ModelStub => {
    if (stub === null) throw new Error('the stub lives only during a test')
    return stub
  }
  beforeEach(async () => {
    stub = await startModelStub()
  })
  afterEach(async () => {
    await Promise.all(judges.map((judge) => judge.close()))
    judges = []
    await stub?.close()
  })
  return {
    get stub() {
      return running()
    },
    judgeWith(llm = {}, parts = {}) {
      const config = LlmSection.parse({
        base_url: running().baseUrl,
        api_key: 'test-key',
        model: 'test-model',
        retries: 0,
        ...llm,
      })
      const judge = createJudge({ config, clock: () => performance.now(), logger: { warn: () => {} }, ...parts })
      judges.push(judge)
      return judge
    },
  }
}

export function question(
  severity: JudgeInput['issue']['severity'] = 'high',
  description = 'nginx 服务意外停止',
): JudgeInput {
  return {
    agentId: 'leaf-1',
    issue: {
      type: 'service_down',
      description,
      severity,
      proposed_fix: 'systemctl restart nginx',
      details: { service: 'nginx' },
    },
    context: {},
    action: { type: 'service.restart', service: 'nginx' },
  }
}
