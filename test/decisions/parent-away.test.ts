import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Decision } from '../../src/contract/decisions.ts'
import { expectData } from '../support/http.ts'
import { type ModelStub, startModelStub } from '../support/model-stub.ts'
import { startProbeLeaf } from './probe-leaf.ts'
import { eventually, type Hop, modelOf, newRequestId, startTree, type Tree } from './tree.ts'

let stub: ModelStub
let tree: Tree
beforeAll(async () => {
  stub = await startModelStub()
  tree = await startTree({ root: modelOf(stub) }, { processes: ['region'] })
})
afterAll(async () => {
  await tree?.close()
  await stub?.close()
})

/** How often the model was asked about a node; others may have something of their own under way. */
const askedAbout = (agentId: string): number =>
  stub.requests.filter(({ userText }) => userText.includes(agentId)).length

async function decisionsOf(hop: Hop, agentId: string): Promise<Decision[]> {
  const { decisions } = expectData(await hop.admin.get(`/decisions?agent_id=${agentId}`))
  return decisions as Decision[]
}

test('without its parent a region leaves a request pending, and decides it with the root when the parent is back', async () => {
  const requestId = newRequestId()
  const before = askedAbout(tree.leaf.id)
  await tree.region.stop()
  expect(await tree.leaf.ask({ requestId })).toMatchObject({ status: 'pending', authority: null, valid_for_ms: 0 })
  await tree.region.start()
  await eventually(async () =>
    expect(await tree.leaf.ask({ requestId })).toMatchObject({ status: 'approved', authority: 'root' }),
  )
  expect(askedAbout(tree.leaf.id) - before).toBe(1)
})

test('a service that is killed three levels below the root is started again once, after the root has approved', async () => {
  const leaf = await startProbeLeaf(tree.region2, 'leaf-real')
  onTestFinished(() => leaf.close())
  await eventually(async () => expect(await leaf.isServing()).toBe(true))
  for (const round of [1, 2]) {
    await eventually(async () => {
      for (const hop of tree.hops) {
        const decisions = await decisionsOf(hop, leaf.id)
        expect(decisions).toHaveLength(round)
        for (const decision of decisions) {
          expect(decision).toMatchObject({
            issue_type: 'service_down',
            status: 'approved',
            decided_by: 'llm',
            authority: 'root',
            execution_result: 'success',
            executed_at: expect.any(String),
          })
        }
      }
    })
    expect(leaf.starts()).toBe(round)
    if (round === 1) {
      leaf.killService()
      await eventually(() => expect(leaf.starts()).toBe(2))
    }
  }
  const [here, above] = await Promise.all([tree.region2, tree.root].map((hop) => decisionsOf(hop, leaf.id)))
  expect(above?.map(({ request_id }) => request_id)).toEqual(here?.map(({ request_id }) => request_id))
})

test('after a kill -9 of the region while the model thinks, the leaf gets one decision and acts once', async () => {
  stub.always({ kind: 'hold' })
  const leaf = await startProbeLeaf(tree.region2, 'leaf-waits')
  onTestFinished(() => leaf.close())
  await eventually(() => expect(askedAbout(leaf.id)).toBe(1))
  await tree.region.kill()
  stub.always({ kind: 'approve' })
  stub.release()
  expect(leaf.starts()).toBe(0)
  await tree.region.start()
  await eventually(async () => {
    for (const hop of tree.hops) {
      expect(await decisionsOf(hop, leaf.id)).toMatchObject([
        { status: 'approved', authority: 'root', execution_result: 'success' },
      ])
    }
  })
  expect(leaf.starts()).toBe(1)
  expect(askedAbout(leaf.id)).toBe(1)
})

test('a kill -9 between the verdict and its way down loses nothing: the root answers the same again', async () => {
  const requestId = newRequestId()
  const before = askedAbout(tree.leaf.id)
  stub.next({ kind: 'hold' })
  const waiting = tree.leaf.ask({ requestId })
  await eventually(() => expect(askedAbout(tree.leaf.id) - before).toBe(1))
  await tree.region.kill()
  expect(await waiting).toMatchObject({ status: 'pending' })
  stub.release()
  await eventually(async () => expect(await tree.root.decision(requestId)).toMatchObject({ status: 'approved' }))
  await tree.region.start()
  await eventually(async () => expect(await tree.leaf.ask({ requestId })).toMatchObject({ status: 'approved' }))
  expect(askedAbout(tree.leaf.id) - before).toBe(1)
})
