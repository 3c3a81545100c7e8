import PQueue from 'p-queue'
import type { Severity } from '../../../contract/common.ts'
import type { LlmSection } from '../../../platform/config/llm.section.ts'
import { askModel } from './ask-model.ts'
import { createBudget } from './budget.ts'
import { createCircuit, type CircuitState } from './circuit.ts'
import { noAnswer, type Judgement } from './judgement.ts'
import { buildPrompt, type JudgeInput } from './prompt.ts'
import { limitTime, type TimeLimit } from './time-limit.ts'

export interface JudgeState {
  configured: boolean
  circuit: CircuitState
  inFlight: number
  queued: number
  usedInLastHour: number
  budgetPerHour: number
}

export interface Judge {
  /** Whether there is a model at all. */
  configured: boolean
  /** Its name; null without one. */
  model: string | null
  /** Asks the model, waiting at most `deadlineMs` from now for turn and answer together. Never rejects. */
  judge(input: JudgeInput, options: { deadlineMs: number; signal?: AbortSignal }): Promise<Judgement>
  state(): JudgeState
  /** Ends everything that waits or runs with `cancelled`; later calls get the same. */
  close(): Promise<void>
}

export interface JudgeParts {
  config: LlmSection
  clock: () => number
  logger: { warn(fields: Record<string, unknown>, message: string): void }
  metrics?: { judged(outcome: string, seconds: number): void }
  /** Judgements of the hour before this start, so that a restart renews no budget. */
  usedInLastHour?: () => Promise<number>
}

interface Question {
  model: string
  input: JudgeInput
  deadlineAt: number
}

const priorities: Record<Severity, number> = { critical: 3, high: 2, medium: 1, low: 0 }

/** A queue in front of one model, with a budget and a circuit breaker. The more severe issue goes first. */
export function createJudge({ config, clock, logger, metrics, usedInLastHour }: JudgeParts): Judge {
  const { model } = config
  const queue = new PQueue({ concurrency: config.concurrency })
  const budget = createBudget({ perHour: config.budget_per_hour, clock })
  const { failures, open_s: openS } = config.circuit
  const circuit = createCircuit({ failures, openMs: openS * 1000, clock })
  const closing = new AbortController()
  let seeding: Promise<void> | null = null

  /** Reads the spent budget once; as long as it cannot be read, nothing is asked. */
  const seedBudget = (): Promise<void> => {
    seeding ??= (usedInLastHour?.() ?? Promise.resolve(0)).then(
      (used) => budget.seed(used),
      (error: unknown) => {
        seeding = null
        throw error
      },
    )
    return seeding
  }

  const whyNotNow = (): Judgement | null => {
    if (circuit.state() === 'open') return noAnswer('circuit_open', `${failures} failures in a row`)
    if (budget.exhausted()) return noAnswer('budget', `${config.budget_per_hour} judgements in this hour`)
    return null
  }

  const ask = async (question: Question, limit: TimeLimit): Promise<Judgement> => {
    const startedAt = clock()
    const timeoutMs = Math.min(question.deadlineAt - startedAt, config.timeout_ms)
    const refusal = whyNotNow()
    if (refusal) return refusal
    if (timeoutMs <= 0) return noAnswer('timeout', 'no time was left when its turn came')
    if (!circuit.tryEnter()) return noAnswer('circuit_open', 'one attempt is being made')
    let answer: Judgement | null = null
    const turn = limitTime(timeoutMs, [limit.signal])
    try {
      budget.take()
      const messages = buildPrompt(question.input, config.language)
      answer = await askModel({
        config: { ...config, model: question.model },
        messages,
        signal: turn.signal,
        timeoutMs,
        clock,
      })
      return answer
    } finally {
      turn.release()
      circuit.report(meaningFor(answer, clock() - startedAt, config.timeout_ms))
    }
  }

  const inTurn = async (question: Question, limit: TimeLimit): Promise<Judgement> => {
    await seedBudget()
    limit.signal.throwIfAborted()
    const refusal = whyNotNow()
    if (refusal) return refusal
    if (queue.size >= config.max_queue && queue.pending >= config.concurrency) {
      return noAnswer('overloaded', `${queue.size} wait already`)
    }
    const priority = priorities[question.input.issue.severity]
    return queue.add(() => ask(question, limit), { priority, signal: limit.signal })
  }

  /** The answer, or why there is none: the limit's own end counts before whatever broke because of it. */
  const answerWithin = async (question: Question, limit: TimeLimit): Promise<Judgement> => {
    try {
      return await Promise.race([inTurn(question, limit), rejectsWhenAborted(limit.signal)])
    } catch (error) {
      const why = limit.ended() ?? 'unavailable'
      return noAnswer(why, error instanceof Error ? error.message : String(error))
    }
  }

  return {
    configured: model !== undefined,
    model: model ?? null,
    async judge(input, { deadlineMs, signal }) {
      if (model === undefined) return noAnswer('unavailable', 'no model is configured')
      const startedAt = clock()
      const limit = limitTime(deadlineMs, signal ? [signal, closing.signal] : [closing.signal])
      const answer = await answerWithin({ model, input, deadlineAt: startedAt + deadlineMs }, limit)
      limit.release()
      metrics?.judged(answer.outcome === 'none' ? answer.why : answer.outcome, (clock() - startedAt) / 1000)
      if (answer.outcome === 'none') {
        logger.warn({ agent_id: input.agentId, why: answer.why, detail: answer.detail }, 'no verdict of the model')
      }
      return answer
    },
    state: () => ({
      configured: model !== undefined,
      circuit: circuit.state(),
      inFlight: queue.pending,
      queued: queue.size,
      usedInLastHour: budget.used(),
      budgetPerHour: config.budget_per_hour,
    }),
    async close() {
      closing.abort(new Error('the judge is closing'))
      await queue.onIdle()
    },
  }
}

/** A model that answered works, whatever it said. Silence counts only when it had at least half of its time. */
function meaningFor(answer: Judgement | null, tookMs: number, timeoutMs: number): 'success' | 'failure' | 'neutral' {
  if (answer === null) return 'failure'
  if (answer.outcome !== 'none' || answer.why === 'unparseable' || answer.why === 'refused') return 'success'
  if (answer.why === 'timeout') return tookMs * 2 >= timeoutMs ? 'failure' : 'neutral'
  return 'failure'
}

function rejectsWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
