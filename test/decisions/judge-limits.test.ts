import { describe, expect, test, vi } from 'vitest'
import { patient, question, useJudgeWithStub } from '../support/judge-with-stub.ts'

const env = useJudgeWithStub()

describe('budget', () => {
  test('is not exceeded', async () => {
    const judge = env.judgeWith({ budget_per_hour: 2 })
    const answers = await Promise.all([1, 2, 3].map(() => judge.judge(question(), patient)))
    expect(answers.map((answer) => (answer.outcome === 'none' ? answer.why : answer.outcome))).toEqual([
      'approve',
      'approve',
      'budget',
    ])
    expect(env.stub.requests).toHaveLength(2)
  })
  test('is not renewed by a restart', async () => {
    const judge = env.judgeWith({ budget_per_hour: 5 }, { usedInLastHour: async () => 5 })
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'budget' })
    expect(judge.state().usedInLastHour).toBe(5)
  })
  test('that cannot be read allows nothing, and is read again', async () => {
    const used = vi.fn<() => Promise<number>>().mockRejectedValueOnce(new Error('no database')).mockResolvedValue(0)
    const judge = env.judgeWith({}, { usedInLastHour: used })
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'unavailable', detail: 'no database' })
    expect(await judge.judge(question(), patient)).toMatchObject({ outcome: 'approve' })
    expect(used).toHaveBeenCalledTimes(2)
  })
})

describe('circuit', () => {
  test('leaves a failing model alone, then tries it once and trusts it again', async () => {
    let now = 0
    env.stub.always({ kind: 'status', status: 500 })
    const judge = env.judgeWith({ circuit: { failures: 2, open_s: 30 } }, { clock: () => now })
    for (const why of ['unavailable', 'unavailable', 'circuit_open'])
      expect(await judge.judge(question(), patient)).toMatchObject({ why })
    expect(env.stub.requests).toHaveLength(2)
    now = 30_000
    env.stub.always({ kind: 'hold' })
    const trial = judge.judge(question(), patient)
    await vi.waitFor(() => expect(env.stub.requests).toHaveLength(3), { timeout: 20_000 })
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'circuit_open' })
    env.stub.release()
    expect(await trial).toMatchObject({ outcome: 'approve' })
    expect(judge.state().circuit).toBe('closed')
  })
  test('bad answers and impatient callers do not open it', async () => {
    const judge = env.judgeWith({ circuit: { failures: 1 } })
    env.stub.next({ kind: 'prose' }, { kind: 'refusal' }, { kind: 'hang' })
    await judge.judge(question(), patient)
    await judge.judge(question(), patient)
    expect(await judge.judge(question(), { deadlineMs: 50 })).toMatchObject({ why: 'timeout' })
    expect(await judge.judge(question(), patient)).toMatchObject({ outcome: 'approve' })
  })
  test('silence for the whole time opens it', async () => {
    env.stub.always({ kind: 'hang' })
    const judge = env.judgeWith({ timeout_ms: 50, circuit: { failures: 1 } })
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'timeout' })
    expect(await judge.judge(question(), patient)).toMatchObject({ why: 'circuit_open' })
  })
})

describe('many at once', () => {
  test('50 requests keep at most 10 in flight, go by severity, and leave the event loop free', async () => {
    env.stub.always({ kind: 'hold' })
    const judge = env.judgeWith({ concurrency: 10 })
    const severities = ['low', 'critical', 'medium', 'high'] as const
    const asked = Array.from({ length: 50 }, (_, index) =>
      judge.judge(question(severities[index % 4], `number ${index}`), patient),
    )
    await vi.waitFor(() => expect(env.stub.requests).toHaveLength(10), { timeout: 20_000 })
    expect(judge.state()).toMatchObject({ inFlight: 10, queued: 40 })
    let ticks = 0
    const ticking = setInterval(() => ticks++, 1)
    for (let done = 11; done <= 50; done++) {
      env.stub.release(1)
      await vi.waitFor(() => expect(env.stub.requests).toHaveLength(done), { timeout: 20_000, interval: 2 })
    }
    env.stub.release()
    expect((await Promise.all(asked)).every((answer) => answer.outcome === 'approve')).toBe(true)
    clearInterval(ticking)
    expect(env.stub.maxInFlight()).toBe(10)
    expect(ticks).toBeGreaterThan(10)
    const order = ['critical', 'high', 'medium', 'low']
    const waited = env.stub.requests
      .slice(10)
      .map(({ userText }) => order.findIndex((severity) => userText.includes(`"severity": "${severity}"`)))
    expect(waited).toEqual(waited.toSorted((a, b) => a - b))
  })
  test('a full queue refuses more at once', async () => {
    env.stub.always({ kind: 'hold' })
    const judge = env.judgeWith({ concurrency: 1, max_queue: 1 })
    const accepted = [judge.judge(question(), patient), judge.judge(question(), patient)]
    expect(await judge.judge(question('critical'), patient)).toMatchObject({ why: 'overloaded' })
    for (const count of [1, 2]) {
      await vi.waitFor(() => expect(env.stub.requests).toHaveLength(count), { timeout: 20_000 })
      env.stub.release(1)
    }
    expect(await Promise.all(accepted)).toMatchObject([{ outcome: 'approve' }, { outcome: 'approve' }])
  })
})
