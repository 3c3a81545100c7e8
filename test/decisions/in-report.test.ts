import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ReportReceipt } from '../../src/contract/reports.ts'
import { expectData } from '../support/http.ts'
import { type ModelStub, startModelStub } from '../support/model-stub.ts'
import { reportOf } from './reporting.ts'
import { eventually, type Leaf, modelOf, newRequestId, registerLeaf, startTree, type Tree } from './tree.ts'

let stub: ModelStub
let tree: Tree
beforeAll(async () => {
  stub = await startModelStub()
  tree = await startTree({ root: modelOf(stub) })
})
afterAll(async () => {
  await tree?.close()
  await stub?.close()
})
afterEach(() => stub.always({ kind: 'approve' }))

async function send(leaf: Leaf, issue: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const receipt = ReportReceipt.parse(
    expectData(await leaf.api.with(headers).post('/reports', reportOf(leaf.id, issue))),
  )
  return receipt.l2_decisions
}

test('an L2 issue in a report is decided by the root before the report is answered', async () => {
  const leaf = await registerLeaf(tree.region2)
  const [made] = await send(leaf)
  expect(made).toMatchObject({ issue_type: 'service_down', status: 'approved', reason: 'as scripted' })
  for (const hop of tree.hops) {
    expect(await hop.decision(made?.request_id ?? '')).toMatchObject({ status: 'approved', authority: 'root' })
  }
})

test('`Prefer: wait=0` answers at once with pending, and the verdict is there when the next report asks', async () => {
  const leaf = await registerLeaf(tree.region2)
  const before = stub.requests.length
  stub.always({ kind: 'hold' })
  const [first] = await send(leaf, {}, { Prefer: 'wait=0' })
  expect(first).toMatchObject({ status: 'pending' })
  await eventually(() => expect(stub.inFlight()).toBe(1))
  stub.release()
  await eventually(async () => {
    const [later] = await send(leaf, {}, { Prefer: 'wait=0' })
    expect(later).toMatchObject({ status: 'approved', decision_id: first?.decision_id })
  })
  expect(stub.requests.length - before).toBe(1)
})

test('a fault that stays is one decision, whether its reports come one by one or all at once', async () => {
  const leaf = await registerLeaf(tree.region2)
  const before = stub.requests.length
  const together = await Promise.all(Array.from({ length: 10 }, () => send(leaf)))
  const after = await send(leaf)
  const ids = [...together, after].map(([made]) => made?.decision_id)
  expect(new Set(ids).size).toBe(1)
  expect(stub.requests.length - before).toBe(1)
  const [other] = await send(leaf, { proposed_fix: 'systemctl restart mysql', details: { service: 'mysql' } })
  expect(other?.decision_id).not.toBe(ids[0])
})

test('an issue that carries the request_id of the probe’s own question joins that decision', async () => {
  const leaf = await registerLeaf(tree.region2)
  const before = stub.requests.length
  const requestId = newRequestId()
  stub.always({ kind: 'hold' })
  const asked = leaf.ask({ requestId })
  await eventually(() => expect(stub.inFlight()).toBe(1))
  const reported = send(leaf, { request_id: requestId })
  stub.release()
  const [answer, [made]] = await Promise.all([asked, reported])
  expect(made).toMatchObject({ decision_id: answer.decision_id, status: 'approved', request_id: requestId })
  expect(stub.requests.length - before).toBe(1)
})

test('a request_id of something else spoils neither the report nor the other issues', async () => {
  const leaf = await registerLeaf(tree.region2)
  const requestId = newRequestId()
  await leaf.ask({ requestId })
  const report = reportOf(leaf.id)
  const [issue] = report.issues
  const wrong = { ...issue, proposed_fix: 'systemctl restart mysql', request_id: requestId }
  const data = expectData(await leaf.api.post('/reports', { ...report, issues: [wrong, issue] }))
  expect(ReportReceipt.parse(data).l2_decisions).toHaveLength(1)
})

test('a destructive fix in a report is rejected, and the model never hears of it', async () => {
  const leaf = await registerLeaf(tree.region2)
  const before = stub.requests.length
  const [made] = await send(leaf, { proposed_fix: 'rm -rf /' })
  expect(made).toMatchObject({ status: 'rejected' })
  expect(stub.requests.length).toBe(before)
})

test('a rejected fault is not asked about again with every report', async () => {
  const leaf = await registerLeaf(tree.region2)
  stub.always({ kind: 'reject' })
  const [first] = await send(leaf)
  expect(first).toMatchObject({ status: 'rejected' })
  stub.always({ kind: 'approve' })
  const [again] = await send(leaf)
  expect(again).toMatchObject({ decision_id: first?.decision_id, status: 'rejected' })
})
