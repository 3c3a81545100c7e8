import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { expectData, serveApp } from '../support/http.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { alertsAbout } from '../tree/views.ts'

const env = {
  CORTEX_OFFLINE_AFTER_S: '60',
  CORTEX_ALERTING_GROUP_WAIT_S: '0.2',
  CORTEX_NOTIFICATIONS_ALLOWED_ADDRESSES: '127.0.0.1',
}
const tree = plantTree()
/** Bodies that receivers got, by the monitor that told them. */
const received: Record<string, string[]> = { root: [], district: [] }
let receiver: Awaited<ReturnType<typeof serveApp>>
let root: TreeNode
let region: TreeNode
let district: TreeNode
let leaf: HandLeaf
beforeAll(async () => {
  const app = new Hono()
  app.post('/:from', async (c) => {
    received[c.req.param('from')]?.push(await c.req.text())
    return c.text('ok')
  })
  receiver = await serveApp(app)
  root = await tree.monitor('root', { inside: true, env })
  region = await tree.monitor('region', { inside: true, env, parents: [root.url] })
  district = await tree.monitor('district', { inside: true, env, parents: [region.url] })
  leaf = await joinByHand(district, 'leaf')
  for (const monitor of [root, district]) {
    const channel = { type: 'webhook', name: 'hook', config: { url: `${receiver.url}/${monitor.id}` } }
    const made = await monitor.api.post('/../alerts/channels', channel)
    expect(made, JSON.stringify(made.body)).toMatchObject({ status: 201 })
  }
})
afterAll(async () => {
  await tree.close()
  await receiver?.close()
})

const toldOf = (from: string, type: string) => (received[from] ?? []).filter((body) => body.includes(type)).length

test('a silence of the root covers a subtree at every monitor below, also a node that comes later, and ends everywhere', async () => {
  await leaf.report([{ level: 'L3', type: 'loud', subject: 's' }])
  for (const from of ['root', 'district']) await until(`${from} tells of it`, () => toldOf(from, 'loud') > 0, 30_000)

  const made = await root.api.post('/silences', {
    scope: 'region',
    ends_at: new Date(Date.now() + 3_600_000).toISOString(),
    reason: 'work on the region',
  })
  const { id } = expectData(made, 201)
  const inherited = await until('the district holds it', async () => {
    const { silences } = expectData(await district.api.get('/silences?state=active'))
    return (silences as Array<Record<string, unknown>>)[0]
  })
  expect(inherited).toMatchObject({ scope: null, inherited_from: 'root', reason: 'work on the region' })
  expect((await district.api.delete(`/silences/${String(inherited['id'])}`)).status).toBe(409)

  const late = await joinByHand(district, 'late')
  await late.report([{ level: 'L3', type: 'hushed', subject: 's' }])
  for (const monitor of [root, district]) {
    const alert = await until(
      `${monitor.id} has the alert`,
      async () => (await alertsAbout(monitor, 'late', 'hushed'))[0],
      30_000,
    )
    expect(alert).toMatchObject({ status: 'new', silenced_by: [expect.any(Number)] })
    await until('the reason is known', async () => {
      const { channels } = expectData(await monitor.api.get(`/alerts/${alert.alert_id}/notifications`))
      return (channels as Array<{ reason: string }>)[0]?.reason === 'silenced'
    })
  }
  expect([toldOf('root', 'hushed'), toldOf('district', 'hushed')]).toEqual([0, 0])

  expectData(await root.api.delete(`/silences/${String(id)}`))
  for (const from of ['root', 'district'])
    await until(`${from} tells of it after the silence`, () => toldOf(from, 'hushed') > 0, 30_000)
  const { silences } = expectData(await district.api.get('/silences'))
  expect(silences).toMatchObject([{ state: 'expired' }])

  await late.report([])
  await leaf.report([])
  for (const from of ['root', 'district'])
    for (const type of ['loud', 'hushed'])
      await until(`${from} tells that ${type} is over`, () => toldOf(from, type) === 2, 30_000)
}, 120_000)
