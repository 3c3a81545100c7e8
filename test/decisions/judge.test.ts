import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createJudge, type Judge, type JudgeParts } from '../../src/monitor/decisions/judge/judge.ts'
import type { JudgeInput } from '../../src/monitor/decisions/judge/prompt.ts'
import { LlmSection } from '../../src/platform/config/llm.section.ts'
import { startModelStub, verdictJson, type ModelBehaviour, type ModelStub } from '../support/model-stub.ts'

const patient = { deadlineMs: 20_000 }
let stub: ModelStub
let judges: Judge[] = []
beforeEach(async () => {
  stub = await startModelStub()
})
afterEach(async () => {
  await Promise.all(judges.map((judge) => judge.close()))
  judges = []
  await stub.close()
})

const silent = { warn: () => {} }
function judgeWith(llm: Record<string, unknown> = {}, parts: Partial<JudgeParts> = {}): Judge {
  const config = LlmSection.parse({ base_url: stub.baseUrl, api_key: 'test-key', model: 'test-model', retries: 0, ...llm })
  const judge = createJudge({ config, clock: () => performance.now(), logger: silent, ...parts })
  judges.push(judge)
  return judge
}
function question(severity: JudgeInput['issue']['severity'] = 'high', description = 'nginx 服务意外停止'): JudgeInput {
  const issue = { type: 'service_down', description, severity, proposed_fix: 'systemctl restart nginx', details: { service: 'nginx' } }
  return { agentId: 'leaf-1', issue, context: {}, action: { type: 'service.restart', service: 'nginx' } }
}

describe('a model that answers', () => {
  test('approves', async () => {
    expect(await judgeWith().judge(question(), patient)).toMatchObject({ outcome: 'approve', reason: 'as scripted', riskLevel: 'low' })
  })
  test('rejects', async () => {
    stub.always({ kind: 'reject', reason: '风险过高' })
    expect(await judgeWith().judge(question(), patient)).toMatchObject({ outcome: 'reject', reason: '风险过高' })
  })
  test('is asked once, with a strict schema, temperature 0 and its key', async () => {
    await judgeWith().judge(question(), patient)
    expect(stub.requests).toHaveLength(1)
    expect(stub.requests[0]?.authorization).toBe('Bearer test-key')
    expect(stub.requests[0]?.body).toMatchObject({
      model: 'test-model',
      temperature: 0,
      max_tokens: 1024,
      response_format: { type: 'json_schema', json_schema: { strict: true, schema: { additionalProperties: false } } },
    })
  })
  test('gets what the config says for other kinds of APIs', async () => {
    const judge = judgeWith({ api_key: undefined, temperature: null, max_tokens_field: 'max_completion_tokens', response_format: 'json_object' })
    await judge.judge(question(), patient)
    const [request] = stub.requests
    expect(request?.authorization).toBeUndefined()
    expect(request?.body).toMatchObject({ max_completion_tokens: 1024, response_format: { type: 'json_object' } })
    expect(request?.body).not.toHaveProperty('temperature')
    expect(request?.body).not.toHaveProperty('max_tokens')
  })
})

describe('no answer that counts', () => {
  const behaviours: Array<[ModelBehaviour, string]> = [
    [{ kind: 'prose' }, 'unparseable'],
    [{ kind: 'twoObjects' }, 'unparseable'],
    [{ kind: 'unknownEnum' }, 'unparseable'],
    [{ kind: 'huge' }, 'unparseable'],
    [{ kind: 'empty' }, 'unparseable'],
    [{ kind: 'toolCall' }, 'unparseable'],
    [{ kind: 'refusal' }, 'refused'],
    [{ kind: 'content', content: verdictJson('approve'), finishReason: 'length' }, 'unparseable'],
    [{ kind: 'content', content: verdictJson('approve'), finishReason: 'content_filter' }, 'refused'],
    [{ kind: 'content', content: null }, 'unparseable'],
    [{ kind: 'body', body: '' }, 'unparseable'],
    [{ kind: 'body', body: '{"choices":' }, 'unparseable'],
    [{ kind: 'body', body: verdictJson('approve') }, 'unparseable'],
    [{ kind: 'body', body: verdictJson('approve'), contentType: 'text/plain' }, 'unparseable'],
    [{ kind: 'body', body: '<html>login</html>', contentType: 'text/html' }, 'unparseable'],
    [{ kind: 'status', status: 401 }, 'unavailable'],
    [{ kind: 'status', status: 404 }, 'unavailable'],
    [{ kind: 'status', status: 429 }, 'unavailable'],
    [{ kind: 'status', status: 500 }, 'unavailable'],
    [{ kind: 'status', status: 400, body: { error: { message: 'x', code: 'content_filter' } } }, 'refused'],
    [{ kind: 'resetConnection' }, 'unavailable'],
  ]
  test.each(behaviours)('%j is %s', async (behaviour, why) => {
    stub.always(behaviour)
    expect(await judgeWith().judge(question(), patient)).toMatchObject({ outcome: 'none', why })
    expect(stub.requests).toHaveLength(1)
  })

  test('a huge answer is not asked for again', async () => {
    stub.always({ kind: 'huge' })
    expect(await judgeWith({ retries: 3 }).judge(question(), patient)).toMatchObject({ why: 'unparseable' })
    expect(stub.requests).toHaveLength(1)
  })
  test('a server that is not there is unavailable', async () => {
    const judge = judgeWith()
    await stub.close()
    expect(await judge.judge(question(), patient)).toMatchObject({ outcome: 'none', why: 'unavailable' })
  })
  test('without a model nothing is asked', async () => {
    const judge = judgeWith({ model: undefined })
    expect(judge.configured).toBe(false)
    expect(await judge.judge(question(), patient)).toMatchObject({ outcome: 'none', why: 'unavailable' })
    expect(stub.requests).toHaveLength(0)
  })
  test('what happened is logged and counted, without the key', async () => {
    const warn = vi.fn<(fields: Record<string, unknown>, message: string) => void>()
    const judged = vi.fn<(outcome: string, seconds: number) => void>()
    stub.next({ kind: 'status', status: 401, body: { error: { message: 'bad key test-key' } } })
    const judge = judgeWith({}, { logger: { warn }, metrics: { judged } })
    await judge.judge(question(), patient)
    await judge.judge(question(), patient)
    expect(judged.mock.calls.map(([outcome]) => outcome)).toEqual(['unavailable', 'approve'])
    expect(JSON.stringify(warn.mock.calls)).toContain('HTTP 401')
    expect(JSON.stringify(warn.mock.calls)).not.toContain('test-key')
  })
})

describe('retries', () => {
  test.each<[string, ModelBehaviour]>([
    ['429 with Retry-After', { kind: 'status', status: 429, retryAfterS: 0 }],
    ['500', { kind: 'status', status: 500, retryAfterS: 0 }],
    ['a lost connection', { kind: 'resetConnection' }],
  ])('an answer after %s counts', async (_, behaviour) => {
    stub.next(behaviour)
    expect(await judgeWith({ retries: 2 }).judge(question(), patient)).toMatchObject({ outcome: 'approve' })
    expect(stub.requests).toHaveLength(2)
  })
  test('end after the configured number', async () => {
    stub.always({ kind: 'status', status: 503, retryAfterS: 0 })
    expect(await judgeWith({ retries: 2 }).judge(question(), patient)).toMatchObject({ why: 'unavailable' })
    expect(stub.requests).toHaveLength(3)
  })
  test('a Retry-After beyond the deadline ends the call instead of waiting for it', async () => {
    stub.always({ kind: 'status', status: 429, retryAfterS: 30 })
    expect(await judgeWith({ retries: 2 }).judge(question(), patient)).toMatchObject({ why: 'unavailable', detail: 'HTTP 429' })
    expect(stub.requests).toHaveLength(1)
  })
})

describe('time', () => {
  test('a model that never answers is a timeout at the deadline of the caller', async () => {
    stub.always({ kind: 'hang' })
    expect(await judgeWith({ retries: 2 }).judge(question(), { deadlineMs: 100 })).toMatchObject({ why: 'timeout' })
    await vi.waitFor(() => expect(stub.inFlight()).toBe(0), { timeout: 5000 })
  })
  test('or at the limit of the config', async () => {
    stub.always({ kind: 'hang' })
    expect(await judgeWith({ timeout_ms: 100 }).judge(question(), patient)).toMatchObject({ why: 'timeout' })
  })
  test('waiting for a turn counts against the deadline', async () => {
    stub.always({ kind: 'hang' })
    const judge = judgeWith({ concurrency: 1 })
    const first = judge.judge(question(), patient)
    await vi.waitFor(() => expect(stub.requests).toHaveLength(1), { timeout: 5000 })
    expect(await judge.judge(question('critical'), { deadlineMs: 50 })).toMatchObject({ why: 'timeout' })
    expect(judge.state()).toMatchObject({ inFlight: 1, queued: 0 })
    await judge.close()
    expect(await first).toMatchObject({ why: 'cancelled' })
  })
  test('a caller that goes away cancels its call', async () => {
    stub.always({ kind: 'hang' })
    const caller = new AbortController()
    const answer = judgeWith().judge(question(), { ...patient, signal: caller.signal })
    await vi.waitFor(() => expect(stub.inFlight()).toBe(1), { timeout: 5000 })
    caller.abort()
    expect(await answer).toMatchObject({ why: 'cancelled' })
    await vi.waitFor(() => expect(stub.inFlight()).toBe(0), { timeout: 5000 })
  })
  test('a caller that is gone already asks nothing', async () => {
    expect(await judgeWith().judge(question(), { ...patient, signal: AbortSignal.abort() })).toMatchObject({ why: 'cancelled' })
    expect(stub.requests).toHaveLength(0)
  })
  test('after close everything is cancelled', async () => {
    const judge = judgeWith()
    await judge.close()
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'cancelled' })
    expect(stub.requests).toHaveLength(0)
  })
})

describe('budget', () => {
  test('is not exceeded', async () => {
    const judge = judgeWith({ budget_per_hour: 2 })
    const answers = await Promise.all([1, 2, 3].map(() => judge.judge(question(), patient)))
    expect(answers.map((answer) => (answer.outcome === 'none' ? answer.why : answer.outcome))).toEqual(['approve', 'approve', 'budget'])
    expect(stub.requests).toHaveLength(2)
  })
  test('is not renewed by a restart', async () => {
    const judge = judgeWith({ budget_per_hour: 5 }, { usedInLastHour: async () => 5 })
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'budget' })
    expect(judge.state().usedInLastHour).toBe(5)
  })
  test('that cannot be read allows nothing, and is read again', async () => {
    const used = vi.fn<() => Promise<number>>().mockRejectedValueOnce(new Error('no database')).mockResolvedValue(0)
    const judge = judgeWith({}, { usedInLastHour: used })
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'unavailable', detail: 'no database' })
    expect(await judge.judge(question(), patient)).toMatchObject({ outcome: 'approve' })
    expect(used).toHaveBeenCalledTimes(2)
  })
})

describe('circuit', () => {
  test('leaves a failing model alone, then tries it once and trusts it again', async () => {
    let now = 0
    stub.always({ kind: 'status', status: 500 })
    const judge = judgeWith({ circuit: { failures: 2, open_s: 30 } }, { clock: () => now })
    for (const why of ['unavailable', 'unavailable', 'circuit_open']) expect(await judge.judge(question(), patient)).toMatchObject({ why })
    expect(stub.requests).toHaveLength(2)
    now = 30_000
    stub.always({ kind: 'hold' })
    const trial = judge.judge(question(), patient)
    await vi.waitFor(() => expect(stub.requests).toHaveLength(3), { timeout: 5000 })
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'circuit_open' })
    stub.release()
    expect(await trial).toMatchObject({ outcome: 'approve' })
    expect(judge.state().circuit).toBe('closed')
  })
  test('bad answers and impatient callers do not open it', async () => {
    const judge = judgeWith({ circuit: { failures: 1 } })
    stub.next({ kind: 'prose' }, { kind: 'refusal' }, { kind: 'hang' })
    await judge.judge(question(), patient)
    await judge.judge(question(), patient)
    expect(await judge.judge(question(), { deadlineMs: 50 })).toMatchObject({ why: 'timeout' })
    expect(await judge.judge(question(), patient)).toMatchObject({ outcome: 'approve' })
  })
  test('silence for the whole time opens it', async () => {
    stub.always({ kind: 'hang' })
    const judge = judgeWith({ timeout_ms: 50, circuit: { failures: 1 } })
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'timeout' })
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'circuit_open' })
  })
})

describe('many at once', () => {
  test('50 requests keep at most 10 in flight, go by severity, and leave the event loop free', async () => {
    stub.always({ kind: 'hold' })
    const judge = judgeWith({ concurrency: 10 })
    const severities = ['low', 'critical', 'medium', 'high'] as const
    const asked = Array.from({ length: 50 }, (_, index) => judge.judge(question(severities[index % 4], `number ${index}`), patient))
    await vi.waitFor(() => expect(stub.requests).toHaveLength(10), { timeout: 10_000 })
    expect(judge.state()).toMatchObject({ inFlight: 10, queued: 40 })
    let ticks = 0
    const ticking = setInterval(() => ticks++, 1)
    for (let done = 11; done <= 50; done++) {
      stub.release(1)
      await vi.waitFor(() => expect(stub.requests).toHaveLength(done), { timeout: 10_000, interval: 2 })
    }
    stub.release()
    expect((await Promise.all(asked)).every((answer) => answer.outcome === 'approve')).toBe(true)
    clearInterval(ticking)
    expect(stub.maxInFlight()).toBe(10)
    expect(ticks).toBeGreaterThan(10)
    const order = ['critical', 'high', 'medium', 'low']
    const waited = stub.requests.slice(10).map(({ userText }) => order.findIndex((severity) => userText.includes(`"severity": "${severity}"`)))
    expect(waited).toEqual(waited.toSorted((a, b) => a - b))
  })
  test('a full queue refuses more at once', async () => {
    stub.always({ kind: 'hold' })
    const judge = judgeWith({ concurrency: 1, max_queue: 1 })
    const accepted = [judge.judge(question(), patient), judge.judge(question(), patient)]
    expect(await judge.judge(question('critical'), patient)).toMatchObject({ why: 'overloaded' })
    for (const count of [1, 2]) {
      await vi.waitFor(() => expect(stub.requests).toHaveLength(count), { timeout: 5000 })
      stub.release(1)
    }
    expect(await Promise.all(accepted)).toMatchObject([{ outcome: 'approve' }, { outcome: 'approve' }])
  })
})
