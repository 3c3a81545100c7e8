import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ModelBehaviour, type ModelStub, startModelStub } from '../support/model-stub.ts'
import { eventually, modelOf, newRequestId, startTree, type Tree } from './tree.ts'

let stub: ModelStub
let tree: Tree
const restartRoot = async (env: Record<string, string>): Promise<void> => {
  await tree.root.stop()
  await tree.root.start(env)
}
beforeAll(async () => {
  stub = await startModelStub()
  tree = await startTree({ root: { ...modelOf(stub), CORTEX_LLM_TIMEOUT_MS: '400' } })
})
afterAll(async () => {
  await tree?.close()
  await stub?.close()
})
afterEach(() => stub.always({ kind: 'approve' }))

const faults: Array<[string, ModelBehaviour, 'pending' | 'rejected']> = [
  ['429', { kind: 'status', status: 429 }, 'pending'],
  ['500', { kind: 'status', status: 500 }, 'pending'],
  ['401', { kind: 'status', status: 401 }, 'pending'],
  ['prose', { kind: 'prose' }, 'pending'],
  ['two objects', { kind: 'twoObjects' }, 'pending'],
  ['an unknown verdict', { kind: 'unknownEnum' }, 'pending'],
  ['200 KB', { kind: 'huge' }, 'pending'],
  ['nothing', { kind: 'empty' }, 'pending'],
  ['a tool call', { kind: 'toolCall' }, 'pending'],
  ['no JSON', { kind: 'body', body: '<html>approve</html>', contentType: 'text/html' }, 'pending'],
  ['a cut connection', { kind: 'resetConnection' }, 'pending'],
  ['silence', { kind: 'hang' }, 'pending'],
  ['an approval that comes too late', { kind: 'approve', delayMs: 700 }, 'pending'],
  ['a refusal', { kind: 'refusal' }, 'rejected'],
]

test.each(faults)('a model at the root that answers with %s approves nothing', async (_, behaviour, status) => {
  const requestId = newRequestId()
  stub.always(behaviour)
  const answer = await tree.leaf.ask({ requestId })
  expect(answer).toMatchObject({ status, valid_for_ms: 0, decided_by: status === 'pending' ? null : 'llm' })
  expect(answer.reason).not.toBe('')
  for (const hop of tree.hops) expect(await hop.decision(requestId)).toMatchObject({ status })
})

test('what the model could not decide is decided when it is asked for again', async () => {
  const requestId = newRequestId()
  stub.always({ kind: 'status', status: 500 })
  expect(await tree.leaf.ask({ requestId })).toMatchObject({ status: 'pending', authority: 'root' })
  stub.always({ kind: 'approve' })
  expect(await tree.leaf.ask({ requestId })).toMatchObject({ status: 'approved', authority: 'root' })
})

describe('bounds of the model', () => {
  test('an exhausted hourly budget leaves decisions pending, also after a restart of the root', async () => {
    await restartRoot({ CORTEX_LLM_BUDGET_PER_HOUR: '1' })
    const before = stub.requests.length
    for (let round = 0; round < 3; round += 1) {
      await eventually(async () => {
        const answer = await tree.leaf.ask()
        expect(answer).toMatchObject({ status: 'pending', authority: 'root' })
        expect(answer.path.at(-1)?.reason).toBe('judge_budget')
      })
    }
    expect(stub.requests.length).toBe(before)
    await restartRoot({ CORTEX_LLM_BUDGET_PER_HOUR: '100000' })
  })

  test('after failures in a row the model is left alone, and decisions stay pending', async () => {
    await restartRoot({ CORTEX_LLM_CIRCUIT_FAILURES: '2' })
    stub.always({ kind: 'status', status: 500 })
    for (let failure = 0; failure < 2; failure += 1) {
      await eventually(async () => expect((await tree.leaf.ask()).path.at(-1)?.reason).toBe('judge_unavailable'))
    }
    const before = stub.requests.length
    stub.always({ kind: 'approve' })
    const answer = await tree.leaf.ask()
    expect(answer).toMatchObject({ status: 'pending' })
    expect(answer.path.at(-1)?.reason).toBe('judge_circuit_open')
    expect(stub.requests.length).toBe(before)
    await restartRoot({ CORTEX_LLM_CIRCUIT_FAILURES: '1000' })
  })
})

test('a caller that cannot wait gets pending in time, and the verdict of the same question later', async () => {
  await restartRoot({ CORTEX_LLM_TIMEOUT_MS: '20000' })
  await eventually(async () => expect((await tree.leaf.ask()).status).toBe('approved'))
  const before = stub.requests.length
  const requestId = newRequestId()
  stub.always({ kind: 'hold' })
  const answer = await tree.leaf.ask({ requestId, deadlineMs: 150 })
  expect(answer).toMatchObject({ status: 'pending', request_id: requestId })
  await eventually(() => expect(stub.inFlight()).toBe(1))
  const waiting = tree.leaf.ask({ requestId })
  stub.release()
  expect(await waiting).toMatchObject({ status: 'approved', decision_id: answer.decision_id })
  expect(stub.requests.length - before).toBe(1)
})

test('fifty requests at once: no more than ten in the model, all decided, and health is answered meanwhile', async () => {
  stub.always({ kind: 'approve', delayMs: 1_000 })
  let over = false
  let healthy = 0
  const health = (async () => {
    while (!over) {
      const response = await fetch(`${tree.root.address()}/healthz`)
      await response.text()
      expect(response.status).toBe(200)
      healthy += 1
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  const maxBefore = stub.inFlight()
  const startedAt = performance.now()
  const answers = await Promise.all(Array.from({ length: 50 }, () => tree.leaf.ask()))
  const tookMs = performance.now() - startedAt
  over = true
  await health
  expect(maxBefore).toBe(0)
  expect(stub.maxInFlight()).toBeLessThanOrEqual(10)
  expect(answers.map((answer) => answer.status)).toEqual(Array(50).fill('approved'))
  expect(healthy).toBeGreaterThan(20)
  console.info(
    `50 decisions with a 1 s model, 10 at a time: ${Math.round(tookMs)} ms; ${healthy} answers of /healthz meanwhile`,
  )
})
