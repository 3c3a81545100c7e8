import { afterEach, beforeEach, expect, test } from 'vitest'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { plantTree, type Tree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { alertsAt, alertsAbout, nodesAt, statusAt } from './views.ts'

let tree: Tree
let beating: HandLeaf[] = []
beforeEach(() => {
  tree = plantTree()
  beating = []
})
afterEach(async () => {
  for (const leaf of beating) leaf.quiet()
  await tree.close()
})

const offlineMs = 1_500
const patience = { CORTEX_OFFLINE_AFTER_S: '60' }

/** A leaf that is heard all the time through `address`. */
async function beatingLeaf(monitor: TreeNode, id: string, address = monitor.url): Promise<HandLeaf> {
  const leaf = await joinByHand({ url: address, token: monitor.token }, id)
  beating.push(leaf)
  leaf.beat(200)
  await until(`${id} is online`, async () => (await statusAt(monitor, id)) === 'online')
  return leaf
}

const statusBecomes = (monitor: TreeNode, id: string, status: string, timeoutMs = 20_000) =>
  until(`${id} is ${status} at ${monitor.id}`, async () => (await statusAt(monitor, id)) === status, timeoutMs)

test('a killed leaf is offline with one alert at its region and at the root, and its return ends both', async () => {
  const root = await tree.monitor('root', { inside: true })
  const region = await tree.monitor('region', { inside: true, parents: [root.url] })
  const leaf = await tree.leaf('leaf', { parents: [region.url] })
  await statusBecomes(root, 'leaf', 'online')

  await leaf.kill()
  for (const monitor of [region, root]) {
    await statusBecomes(monitor, 'leaf', 'offline')
    const alert = await until('one alert', async () => (await alertsAbout(monitor, 'leaf', 'node_offline'))[0])
    expect(alert).toMatchObject({ status: 'new', origin: 'tree', level: 'L3', subject: 'leaf' })
  }
  await leaf.start()
  for (const monitor of [region, root]) {
    await statusBecomes(monitor, 'leaf', 'online')
    await until('the alert is over', async () =>
      (await alertsAbout(monitor, 'leaf', 'node_offline')).every(({ status }) => status === 'resolved'),
    )
    expect(await alertsAbout(monitor, 'leaf', 'node_offline')).toHaveLength(1)
  }
})

test('a leaf that is stopped cleanly is offline at once, for that reason, without an alert', async () => {
  const root = await tree.monitor('root', { inside: true, env: patience })
  const region = await tree.monitor('region', { inside: true, parents: [root.url], env: patience })
  const leaf = await tree.leaf('leaf', { parents: [region.url] })
  await statusBecomes(root, 'leaf', 'online')
  expect(await leaf.stop()).toBe(0)
  for (const monitor of [region, root]) {
    await statusBecomes(monitor, 'leaf', 'offline')
    expect(await alertsAt(monitor)).toEqual([])
  }
  expect(JSON.stringify((await region.api.get('/intents')).body)).toContain('leaf is offline: shutdown')
})

test('a monitor that was down for longer than the time-out calls nobody offline when it is back', async () => {
  const root = await tree.monitor('root')
  const leaves = await Promise.all(['a', 'b', 'c'].map((id) => beatingLeaf(root, id)))
  await root.kill()
  const downSinceMs = Date.now()
  await until('the down-time is over', () => Date.now() - downSinceMs > 2 * offlineMs)
  await root.start()
  for (const { id } of leaves) {
    const heard = await until(`${id} is heard`, async () => {
      const node = (await nodesAt(root)).get(id)
      return Date.parse(node?.last_heartbeat ?? '') > downSinceMs + 2 * offlineMs && node
    })
    expect(heard.status).toBe('online')
  }
  expect(await alertsAt(root)).toEqual([])
})

test('a monitor that was stopped for longer than the time-out calls nobody offline when it goes on', async () => {
  const root = await tree.monitor('root')
  const leaves = await Promise.all(['a', 'b'].map((id) => beatingLeaf(root, id)))
  root.freeze()
  const frozenAtMs = Date.now()
  await until('the time is over', () => Date.now() - frozenAtMs > 2 * offlineMs)
  root.thaw()
  for (const { id } of leaves) {
    await until(
      `${id} is heard`,
      async () => Date.parse((await nodesAt(root)).get(id)?.last_heartbeat ?? '') > frozenAtMs + 2 * offlineMs,
    )
  }
  expect(await alertsAt(root)).toEqual([])
})

test('a killed region is one alert, its nodes are unreachable and not offline, and its return ends it', async () => {
  const root = await tree.monitor('root', { inside: true })
  const region = await tree.monitor('region', { parents: [root.url] })
  for (const id of ['a', 'b', 'c']) await beatingLeaf(region, id)
  for (const id of ['a', 'b', 'c']) await statusBecomes(root, id, 'online')

  await region.kill()
  await statusBecomes(root, 'region', 'offline')
  for (const id of ['a', 'b', 'c']) await statusBecomes(root, id, 'unreachable')
  const alert = await until('one alert', async () => (await alertsAbout(root, 'region', 'region_unreachable'))[0])
  expect(alert).toMatchObject({ status: 'new', severity: 'critical' })
  expect(await alertsAt(root)).toHaveLength(1)
  const { stale_since } = (await nodesAt(root)).get('a') ?? {}
  expect(Date.now() - Date.parse(stale_since ?? '')).toBeLessThan(60_000)

  await region.start()
  for (const id of ['region', 'a', 'b', 'c']) await statusBecomes(root, id, 'online')
  await until('the alert is over', async () => (await alertsAt(root)).every(({ status }) => status === 'resolved'))
  expect(await alertsAt(root)).toHaveLength(1)
  expect(await alertsAt(region)).toEqual([])
})

test('a monitor that loses all its children at once suspects itself: one alert, children unknown, and it recovers', async () => {
  const root = await tree.monitor('root')
  const wire = await tree.proxy(root)
  const ids = ['a', 'b', 'c', 'd']
  for (const id of ids) await beatingLeaf(root, id, wire.url)
  wire.cut()
  for (const id of ids) await statusBecomes(root, id, 'unknown')
  expect((await alertsAt(root)).map(({ type, status }) => [type, status])).toEqual([['monitor_isolated', 'new']])
  await wire.heal()
  for (const id of ids) await statusBecomes(root, id, 'online')
  await until('the alert is over', async () => (await alertsAt(root)).every(({ status }) => status === 'resolved'))
  expect(await alertsAt(root)).toHaveLength(1)
})

test('an isolated monitor that is restarted before its network is back ends its alert too', async () => {
  const root = await tree.monitor('root')
  const wire = await tree.proxy(root)
  const ids = ['a', 'b', 'c', 'd']
  for (const id of ids) await beatingLeaf(root, id, wire.url)
  wire.cut()
  await until('it suspects itself', async () => (await alertsAbout(root, 'root', 'monitor_isolated')).length === 1)
  await root.kill()
  await root.start()
  await wire.heal()
  for (const id of ids) await statusBecomes(root, id, 'online')
  await until('the alert is over', async () => (await alertsAt(root)).every(({ status }) => status === 'resolved'))
})

test('a region whose network is half open is unreachable at the root, and its detail is stale but answered', async () => {
  const root = await tree.monitor('root', { inside: true })
  const wire = await tree.proxy(root)
  const region = await tree.monitor('region', { inside: true, parents: [wire.url] })
  await beatingLeaf(region, 'leaf')
  await statusBecomes(root, 'leaf', 'online')
  wire.halfOpen()
  const cutAtMs = Date.now()
  await statusBecomes(root, 'leaf', 'unreachable')
  const answer = await root.api.get('/cluster/nodes/leaf')
  expect(answer).toMatchObject({ status: 200, body: { data: { stale: true, agent: { status: 'unreachable' } } } })
  const { data } = answer.body as { data: { stale_since: string; stale_reason: string } }
  expect(Math.abs(Date.parse(data.stale_since) - cutAtMs)).toBeLessThan(10_000)
  expect(data.stale_reason).not.toBe('')
  await wire.heal()
  await statusBecomes(root, 'leaf', 'online', 40_000)
  await until(
    'live again',
    async () => {
      const { body } = await root.api.get('/cluster/nodes/leaf')
      return !(body as { data: { stale: boolean } }).data.stale
    },
    90_000,
  )
}, 150_000)
