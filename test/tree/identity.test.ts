import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError, httpClient } from '../support/http.ts'
import { introduction, joinByHand } from '../support/hand-leaf.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { alertsAbout, nodesAt, shapeOf, statusAt, topologyAt } from './views.ts'

const tree = plantTree()
const env = { CORTEX_OFFLINE_AFTER_S: '60' }
let root: TreeNode
let a: TreeNode
let b: TreeNode
beforeAll(async () => {
  root = await tree.monitor('root', { inside: true, env })
  a = await tree.monitor('region-a', { inside: true, env, parents: [root.url] })
  b = await tree.monitor('region-b', { inside: true, env, parents: [root.url] })
  for (const region of [a, b])
    await until(
      `${region.id} is linked`,
      async () => (await statusAt(root, region.id)) === 'online' && isLinked(region),
    )
})
afterAll(() => tree.close())

async function isLinked(node: TreeNode): Promise<boolean> {
  const { parent } = expectData(await node.api.get('/self')) as { parent: { link: string } | null }
  return parent?.link === 'connected'
}

const register = (at: TreeNode, body: Record<string, unknown>) =>
  httpClient(`${at.url}/api/v1`).post('/cluster/register', body)
const pathAt = async (monitor: TreeNode, id: string) => (await nodesAt(monitor)).get(id)?.path.join('/')
const pathBecomes = (monitor: TreeNode, id: string, path: string | undefined, timeoutMs = 15_000) =>
  until(`${id} is at ${path} for ${monitor.id}`, async () => (await pathAt(monitor, id)) === path, timeoutMs)

test('a clone of a node is refused and alerted, at its own region and at another one', async () => {
  await (await joinByHand(a, 'original')).report()
  await pathBecomes(root, 'original', 'root/region-a/original')
  const clone = introduction('original', a.token, { node_uid: randomUUID(), generation: 5 })

  expectError(await register(a, clone), 409, 'CONFLICT')
  for (const monitor of [a, root])
    await until(
      'people are told',
      async () => (await alertsAbout(monitor, 'original', 'duplicate_agent_id')).length === 1,
    )
  expectData(
    await a.api.post(`/alerts/${(await alertsAbout(a, 'original', 'duplicate_agent_id'))[0]?.alert_id}/resolve`, {}),
  )
  await until('it is over at the root', async () =>
    (await alertsAbout(root, 'original', 'duplicate_agent_id')).every(({ status }) => status === 'resolved'),
  )

  expectError(await register(b, clone), 409, 'CONFLICT')
  await until('people are told again', async () =>
    (await alertsAbout(root, 'original', 'duplicate_agent_id')).some(({ status }) => status === 'new'),
  )
  expect(await pathAt(root, 'original')).toBe('root/region-a/original')
  expect(await pathAt(b, 'original')).toBeUndefined()
})

test('a node made by hand below a region is adopted there by the first machine that claims it, and by none elsewhere', async () => {
  expectData(await register(a, introduction('by-hand', a.token)))
  await pathBecomes(root, 'by-hand', 'root/region-a/by-hand')
  expectError(await register(b, introduction('by-hand', b.token, { node_uid: randomUUID() })), 409, 'CONFLICT')
  await (await joinByHand(a, 'by-hand')).report()
  await until('it is heard of at the root', async () => (await statusAt(root, 'by-hand')) === 'online')
  expectError(await register(a, introduction('by-hand', a.token, { node_uid: randomUUID() })), 409, 'CONFLICT')
})

test('a clone that joined another region while that could not ask is not shown in the place of the node', async () => {
  const wire = await tree.proxy(root)
  const c = await tree.monitor('region-c', { inside: true, env, parents: [wire.url] })
  await until('it is linked', () => isLinked(c))
  const original = await joinByHand(a, 'twin')
  await original.report()
  await pathBecomes(root, 'twin', 'root/region-a/twin')
  wire.cut()
  await until('the link is lost', async () => !(await isLinked(c)))
  await (await joinByHand(c, 'twin')).report([{ level: 'L3', type: 'fault_of_the_clone', subject: 's' }])
  await wire.heal()
  await until(
    'people are told',
    async () => (await alertsAbout(root, 'twin', 'duplicate_agent_id')).length === 1,
    30_000,
  )
  expect(await pathAt(root, 'twin')).toBe('root/region-a/twin')
  expect(await alertsAbout(root, 'twin', 'fault_of_the_clone')).toEqual([])
})

test('nobody joins under the name of a monitor that stands above, nor below itself', async () => {
  for (const [monitor, name] of [
    [a, 'root'],
    [a, 'region-a'],
    [root, 'root'],
  ] as const) {
    const { details } = expectError(
      await register(monitor, introduction(name, a.token, { node_uid: randomUUID(), role: 'monitor' })),
      409,
      'CONFLICT',
    )
    expect(details).toMatchObject({ reason: 'loop' })
  }
})

test('a region whose parent is its own descendant is refused and goes on by itself', async () => {
  const upper = await tree.monitor('upper', { inside: true, env, parents: [root.url] })
  const lower = await tree.monitor('lower', { inside: true, env, parents: [upper.url] })
  await until('both are in place', async () => (await pathAt(root, 'lower')) === 'root/upper/lower')
  await until('the lower one knows who stands above', async () => {
    const { lineage } = expectData(await lower.api.get('/self')) as { lineage: string[] }
    return lineage.join() === 'upper,root'
  })
  await upper.stop()
  await upper.start({ CORTEX_UPSTREAM_URL: lower.url })
  await until('it says why it has no parent', async () => {
    const { parent } = expectData(await upper.api.get('/self')) as { parent: { last_error: string | null } }
    return /ancestor|上级/.test(parent.last_error ?? '')
  })
  await upper.stop()
  await upper.start({ CORTEX_UPSTREAM_URL: root.url })
  await until('it is back in its place', async () => (await statusAt(root, 'upper')) === 'online', 20_000)
  expect(await pathAt(root, 'lower')).toBe('root/upper/lower')
})

test('a report that has come through a monitor is not taken by it again', async () => {
  const leaf = await joinByHand(a, 'looping')
  const error = expectError(await leaf.report([], { metadata: { path: ['region-b', 'region-a'] } }), 409, 'CONFLICT')
  expect(error.message).not.toBe('')
  expectData(await leaf.report([], { metadata: { path: ['region-b'] } }))
})

test('a leaf that moves is shown once, below its new region; the old one forgets it and its alerts', async () => {
  const leaf = await joinByHand(a, 'mover')
  await leaf.report([{ level: 'L3', type: 'fault', subject: 's' }])
  await until('the alert is at the root', async () => (await alertsAbout(root, 'mover', 'fault')).length === 1)
  expectData(await leaf.moveTo(b))
  await leaf.report()
  await pathBecomes(root, 'mover', 'root/region-b/mover')
  await pathBecomes(b, 'mover', 'region-b/mover')
  await pathBecomes(a, 'mover', undefined)
  await until('its alert is over', async () =>
    (await alertsAbout(root, 'mover', 'fault')).every(({ status }) => status === 'resolved'),
  )
  expect((await alertsAbout(a, 'mover', 'fault')).map(({ status }) => status)).toEqual(['resolved'])
  const told = JSON.stringify((await a.api.get('/intents?limit=1000')).body)
  expect(told).toContain('mover moved away')

  expectData(await leaf.moveTo(a))
  await leaf.report()
  await pathBecomes(root, 'mover', 'root/region-a/mover')
  await pathBecomes(b, 'mover', undefined)
  await pathBecomes(a, 'mover', 'region-a/mover')
  expectData(await leaf.report())
})

test('a region that moves takes its leaves along, and they keep their keys', async () => {
  const moving = await tree.monitor('moving', { inside: true, env, parents: [a.url] })
  const leaf = await joinByHand(moving, 'passenger')
  await leaf.report([{ level: 'L3', type: 'fault', subject: 's' }])
  await until('all are in place', async () => (await pathAt(root, 'passenger')) === 'root/region-a/moving/passenger')
  await moving.stop()
  await moving.start({ CORTEX_UPSTREAM_URL: b.url })
  await pathBecomes(root, 'passenger', 'root/region-b/moving/passenger', 20_000)
  await pathBecomes(b, 'passenger', 'region-b/moving/passenger')
  await pathBecomes(a, 'moving', undefined)
  await pathBecomes(a, 'passenger', undefined)
  expectData(await leaf.report([{ level: 'L3', type: 'fault', subject: 's' }]))
  expect(await pathAt(moving, 'passenger')).toBe('moving/passenger')
  expect((await alertsAbout(root, 'passenger', 'fault')).map(({ status }) => status)).toEqual(['new'])
})

test('a deleted node is out at every level, its key is refused, and it stays out wherever it tries', async () => {
  const leaf = await joinByHand(a, 'outcast')
  await leaf.report()
  await pathBecomes(root, 'outcast', 'root/region-a/outcast')
  expectData(await root.api.delete('/cluster/nodes/outcast'))
  await pathBecomes(root, 'outcast', undefined)
  await pathBecomes(a, 'outcast', undefined)
  expectError(await leaf.report(), 401, 'UNAUTHORIZED')
  for (const region of [a, b]) expectError(await leaf.moveTo(region), 403, 'FORBIDDEN')
  expect((await topologyAt(root)).root.children.flatMap(({ children }) => children.map(shapeOf))).not.toContain(
    'outcast',
  )

  const another = introduction('outcast', a.token, { node_uid: randomUUID() })
  expectData(await register(b, another))
  await pathBecomes(root, 'outcast', 'root/region-b/outcast')
})

test('a deleted node that joins a region which cannot ask is taken out again when it can', async () => {
  const wire = await tree.proxy(root)
  const d = await tree.monitor('region-d', { inside: true, env, parents: [wire.url] })
  await until('it is linked', () => isLinked(d))
  const leaf = await joinByHand(a, 'sneaker')
  await leaf.report()
  await pathBecomes(root, 'sneaker', 'root/region-a/sneaker')
  expectData(await root.api.delete('/cluster/nodes/sneaker'))
  wire.cut()
  await until('the link is lost', async () => !(await isLinked(d)))
  expectData(await leaf.moveTo(d))
  await leaf.report()
  await wire.heal()
  await pathBecomes(d, 'sneaker', undefined, 30_000)
  expect(await pathAt(root, 'sneaker')).toBeUndefined()
  expectError(await leaf.report(), 401, 'UNAUTHORIZED')
})

test('a leaf process that was deleted stays out after its restart; its link is closed', async () => {
  const leaf = await tree.leaf('banished', { inside: true, parents: [a.url], env })
  await pathBecomes(root, 'banished', 'root/region-a/banished')
  await until('it is linked', async () => JSON.stringify((await leaf.api.get('/self')).body).includes('"connected"'))
  expectData(await root.api.delete('/cluster/nodes/banished'))
  await until(
    'its link is closed',
    async () => !JSON.stringify((await leaf.api.get('/self')).body).includes('"connected"'),
  )
  await leaf.stop()
  const identity = readFileSync(join(leaf.dataDir, 'identity.json'), 'utf8')
  await leaf.start()
  await until('it is refused', () => leaf.log().some((line) => line.includes('refuse')))
  expect(await pathAt(a, 'banished')).toBeUndefined()
  expect(await pathAt(root, 'banished')).toBeUndefined()
  await leaf.stop()

  const forgetful = JSON.parse(identity) as Record<string, unknown>
  writeFileSync(join(leaf.dataDir, 'identity.json'), JSON.stringify({ ...forgetful, parents: [], active_url: null }))
  await leaf.start()
  await until('it is refused', () => leaf.log().some((line) => line.includes('refuses this node')))
  expect(await pathAt(root, 'banished')).toBeUndefined()
})

test('a leaf with two parents goes to the second when the first is gone, and stays there', async () => {
  const first = await tree.monitor('first', { inside: true, env, parents: [root.url] })
  const second = await tree.monitor('second', { inside: true, env, parents: [root.url] })
  await tree.leaf('choosy', { inside: true, env, parents: [first.url, second.url] })
  await pathBecomes(root, 'choosy', 'root/first/choosy')
  await first.stop()
  await pathBecomes(root, 'choosy', 'root/second/choosy', 60_000)
  await first.start()
  await until('the first forgets it', async () => (await pathAt(first, 'choosy')) === undefined, 20_000)
  const seen = (await nodesAt(second)).get('choosy')?.last_heartbeat ?? ''
  await until(
    'it still reports to the second',
    async () => ((await nodesAt(second)).get('choosy')?.last_heartbeat ?? '') > seen,
  )
  expect(await pathAt(root, 'choosy')).toBe('root/second/choosy')
  expect(await pathAt(first, 'choosy')).toBeUndefined()
}, 120_000)
