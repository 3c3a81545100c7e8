import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError } from '../support/http.ts'
import { type ModelStub, startModelStub } from '../support/model-stub.ts'
import { reportOf } from './reporting.ts'
import { eventually, modelOf, newRequestId, rulesOf, startTree, type Tree } from './tree.ts'

let stub: ModelStub
let tree: Tree
beforeAll(async () => {
  stub = await startModelStub()
  tree = await startTree({
    all: { CORTEX_DECISIONS_LIFE_S: '3', CORTEX_DECISIONS_APPROVAL_VALID_S: '0.4' },
    root: {
      ...modelOf(stub),
      ...rulesOf({ name: 'people_decide', match: { target: 'haproxy' }, verdict: 'human' }),
    },
  })
})
afterAll(async () => {
  await tree?.close()
  await stub?.close()
})

test('what nobody decides in its life is expired at every hop and stays so; no person can approve it any more', async () => {
  const requestId = newRequestId()
  const fix = 'systemctl restart haproxy'
  expect(await tree.leaf.ask({ requestId, fix })).toMatchObject({ status: 'pending' })
  for (const hop of tree.hops) {
    await eventually(async () => expect(await hop.decision(requestId)).toMatchObject({ status: 'expired' }))
    const id = (await hop.decision(requestId))?.decision_id
    const error = expectError(await hop.admin.post(`/decisions/${id}/approve`, { reason: 'late' }), 409, 'CONFLICT')
    expect(error.details).toEqual({ status: 'expired' })
    const { intents } = expectData(await hop.admin.get(`/intents?agent_id=${tree.leaf.id}`))
    expect(JSON.stringify(intents)).toContain(`L2 Decision for ${tree.leaf.id}: expired - service_down`)
  }
  expect(await tree.leaf.ask({ requestId, fix })).toMatchObject({ status: 'expired', valid_for_ms: 0 })
  expectError(
    await tree.leaf.api.post(`/decisions/${(await tree.region2.decision(requestId))?.decision_id}/result`, {
      status: 'success',
    }),
    409,
    'CONFLICT',
  )
})

test('a verdict of the model that comes after the life of the question approves nothing', async () => {
  const requestId = newRequestId()
  stub.next({ kind: 'hold' })
  expect(await tree.leaf.ask({ requestId, deadlineMs: 100 })).toMatchObject({ status: 'pending' })
  await eventually(() => expect(stub.inFlight()).toBe(1))
  for (const hop of tree.hops) {
    await eventually(async () => expect(await hop.decision(requestId)).toMatchObject({ status: 'expired' }))
  }
  stub.release()
  await eventually(() => expect(stub.inFlight()).toBe(0))
  expect(await tree.leaf.ask({ requestId })).toMatchObject({ status: 'expired' })
  expect(await tree.root.decision(requestId)).toMatchObject({ status: 'expired', decided_by: null })
})

test('an approval that is no longer fresh says so: it is good for 0 ms', async () => {
  const requestId = newRequestId()
  const { valid_for_ms: fresh } = await tree.leaf.ask({ requestId })
  expect(fresh).toBeGreaterThan(0)
  expect(fresh).toBeLessThanOrEqual(400)
  await eventually(async () =>
    expect(await tree.leaf.ask({ requestId })).toMatchObject({ status: 'approved', valid_for_ms: 0 }),
  )
})

test('a fault whose approval is no longer fresh is decided anew with the next report', async () => {
  const send = async () => {
    const { l2_decisions: made } = expectData(await tree.leaf.api.post('/reports', reportOf(tree.leaf.id)))
    return made as Array<{ decision_id: number; status: string }>
  }
  const [first] = await send()
  expect(first).toMatchObject({ status: 'approved' })
  await eventually(async () => {
    const [later] = await send()
    expect(later?.decision_id).not.toBe(first?.decision_id)
    expect(later).toMatchObject({ status: 'approved' })
  })
})
