import { describe, expect, test, vi } from 'vitest'
import { patient, question, useJudgeWithStub } from '../support/judge-with-stub.ts'
import { verdictJson, type ModelBehaviour } from '../support/model-stub.ts'

const env = useJudgeWithStub()

describe('a model that answers', () => {
  test('approves', async () => {
    expect(await env.judgeWith().judge(question(), patient)).toMatchObject({
      outcome: 'approve',
      reason: 'as scripted',
      riskLevel: 'low',
    })
  })
  test('rejects', async () => {
    env.stub.always({ kind: 'reject', reason: '风险过高' })
    expect(await env.judgeWith().judge(question(), patient)).toMatchObject({ outcome: 'reject', reason: '风险过高' })
  })
  test('is asked once, with a strict schema, temperature 0 and its key', async () => {
    await env.judgeWith().judge(question(), patient)
    expect(env.stub.requests).toHaveLength(1)
    expect(env.stub.requests[0]?.authorization).toBe('Bearer test-key')
    expect(env.stub.requests[0]?.body).toMatchObject({
      model: 'test-model',
      temperature: 0,
      max_tokens: 1024,
      response_format: { type: 'json_schema', json_schema: { strict: true, schema: { additionalProperties: false } } },
    })
  })
  test('gets what the config says for other kinds of APIs', async () => {
    const judge = env.judgeWith({
      api_key: undefined,
      temperature: null,
      max_tokens_field: 'max_completion_tokens',
      response_format: 'json_object',
    })
    await judge.judge(question(), patient)
    const [request] = env.stub.requests
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
    env.stub.always(behaviour)
    expect(await env.judgeWith().judge(question(), patient)).toMatchObject({ outcome: 'none', why })
    expect(env.stub.requests).toHaveLength(1)
  })

  test('a huge answer is not asked for again', async () => {
    env.stub.always({ kind: 'huge' })
    expect(await env.judgeWith({ retries: 3 }).judge(question(), patient)).toMatchObject({ why: 'unparseable' })
    expect(env.stub.requests).toHaveLength(1)
  })
  test('a server that is not there is unavailable', async () => {
    const judge = env.judgeWith()
    await env.stub.close()
    expect(await judge.judge(question(), patient)).toMatchObject({ outcome: 'none', why: 'unavailable' })
  })
  test('without a model nothing is asked', async () => {
    const judge = env.judgeWith({ model: undefined })
    expect(judge.configured).toBe(false)
    expect(await judge.judge(question(), patient)).toMatchObject({ outcome: 'none', why: 'unavailable' })
    expect(env.stub.requests).toHaveLength(0)
  })
  test('what happened is logged and counted, without the key', async () => {
    const warn = vi.fn<(fields: Record<string, unknown>, message: string) => void>()
    const judged = vi.fn<(outcome: string, seconds: number) => void>()
    env.stub.next({ kind: 'status', status: 401, body: { error: { message: 'bad key test-key' } } })
    const judge = env.judgeWith({}, { logger: { warn }, metrics: { judged } })
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
    env.stub.next(behaviour)
    expect(await env.judgeWith({ retries: 2 }).judge(question(), patient)).toMatchObject({ outcome: 'approve' })
    expect(env.stub.requests).toHaveLength(2)
  })
  test('end after the configured number', async () => {
    env.stub.always({ kind: 'status', status: 503, retryAfterS: 0 })
    expect(await env.judgeWith({ retries: 2 }).judge(question(), patient)).toMatchObject({ why: 'unavailable' })
    expect(env.stub.requests).toHaveLength(3)
  })
  test('a Retry-After beyond the deadline ends the call instead of waiting for it', async () => {
    env.stub.always({ kind: 'status', status: 429, retryAfterS: 30 })
    expect(await env.judgeWith({ retries: 2 }).judge(question(), patient)).toMatchObject({
      why: 'unavailable',
      detail: 'HTTP 429',
    })
    expect(env.stub.requests).toHaveLength(1)
  })
})

describe('time', () => {
  test('a model that never answers is a timeout at the deadline of the caller', async () => {
    env.stub.always({ kind: 'hang' })
    expect(await env.judgeWith({ retries: 2 }).judge(question(), { deadlineMs: 100 })).toMatchObject({ why: 'timeout' })
    await vi.waitFor(() => expect(env.stub.inFlight()).toBe(0), { timeout: 20_000 })
  })
  test('or at the limit of the config', async () => {
    env.stub.always({ kind: 'hang' })
    expect(await env.judgeWith({ timeout_ms: 100 }).judge(question(), patient)).toMatchObject({ why: 'timeout' })
  })
  test('waiting for a turn counts against the deadline', async () => {
    env.stub.always({ kind: 'hang' })
    const judge = env.judgeWith({ concurrency: 1 })
    const first = judge.judge(question(), patient)
    await vi.waitFor(() => expect(env.stub.requests).toHaveLength(1), { timeout: 20_000 })
    expect(await judge.judge(question('critical'), { deadlineMs: 50 })).toMatchObject({ why: 'timeout' })
    expect(judge.state()).toMatchObject({ inFlight: 1, queued: 0 })
    await judge.close()
    expect(await first).toMatchObject({ why: 'cancelled' })
  })
  test('a caller that goes away cancels its call', async () => {
    env.stub.always({ kind: 'hang' })
    const caller = new AbortController()
    const answer = env.judgeWith().judge(question(), { ...patient, signal: caller.signal })
    await vi.waitFor(() => expect(env.stub.inFlight()).toBe(1), { timeout: 20_000 })
    caller.abort()
    expect(await answer).toMatchObject({ why: 'cancelled' })
    await vi.waitFor(() => expect(env.stub.inFlight()).toBe(0), { timeout: 20_000 })
  })
  test('a caller that is gone already asks nothing', async () => {
    expect(await env.judgeWith().judge(question(), { ...patient, signal: AbortSignal.abort() })).toMatchObject({
      why: 'cancelled',
    })
    expect(env.stub.requests).toHaveLength(0)
  })
  test('after close everything is cancelled', async () => {
    const judge = env.judgeWith()
    await judge.close()
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'cancelled' })
    expect(env.stub.requests).toHaveLength(0)
  })
})
