import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError } from '../support/http.ts'
import { type ModelStub, startModelStub } from '../support/model-stub.ts'
import { openSocket } from '../realtime/event-client.ts'
import { adminPassword, eventually, modelOf, newRequestId, registerLeaf, startTree, type Hop, type Tree } from './tree.ts'

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

async function eventsOf(hop: Hop) {
  const answer = await hop.anonymous.post('/auth/login', { username: 'admin', password: adminPassword })
  const token = String(expectData(answer)['access_token'])
  return await openSocket(`${hop.address().replace('http', 'ws')}/ws?token=${token}`)
}

test('an approval of the root comes back through every hop, and each keeps it under the same request_id', async () => {
  const requestId = newRequestId()
  const sockets = await Promise.all(tree.hops.map(eventsOf))
  const answer = await tree.leaf.ask({ requestId })
  expect(answer).toMatchObject({ status: 'approved', decided_by: 'llm', authority: 'root', request_id: requestId })
  expect(answer.path.map((hop) => [hop.agent_id, hop.verdict])).toEqual([
    ['region2', 'judge'],
    ['region', 'judge'],
    ['root', 'judge'],
  ])
  expect(answer.valid_for_ms).toBeGreaterThan(200_000)

  for (const [index, hop] of tree.hops.entries()) {
    const kept = await hop.decision(requestId)
    expect(kept).toMatchObject({
      agent_id: tree.leaf.id,
      status: 'approved',
      decided_by: 'llm',
      authority: 'root',
      reason: 'as scripted',
      llm_analysis: 'scripted analysis',
      proposed_action: 'systemctl restart nginx',
    })
    expect(kept?.path.map(({ agent_id }) => agent_id)).toEqual(['region2', 'region', 'root'].slice(index))
    const event = await sockets[index]?.next('decision_completed')
    expect(event?.data).toMatchObject({
      decision_id: kept?.decision_id,
      agent_id: tree.leaf.id,
      status: 'approved',
      authority: 'root',
    })
    const { intents } = expectData(await hop.admin.get(`/intents?agent_id=${tree.leaf.id}`))
    expect(JSON.stringify(intents)).toContain(`L2 Decision for ${tree.leaf.id}: approved - service_down`)
    sockets[index]?.raw.close()
  }
  expect((await tree.region2.decision(requestId))?.decision_id).toBe(answer.decision_id)
})
