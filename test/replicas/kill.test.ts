import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { decisionRequest } from '../cortex-api/api-node.ts'
import { startReceiver } from '../notifications/receivers.ts'
import { introduction, joinByHand } from '../support/hand-leaf.ts'
import { expectData, expectError, type HttpClient, httpClient } from '../support/http.ts'
import { adminPassword, plantTree, type Tree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { reportWithoutPause, stubbornSocket } from './load.ts'
import { type Processes, startProcesses } from './processes.ts'

let tree: Tree
let root: TreeNode
let region: Processes
let receiver: Awaited<ReturnType<typeof startReceiver>>
let server: number

beforeAll(async () => {
  tree = plantTree()
  receiver = await startReceiver()
  root = await tree.monitor('root', { inside: true, env: { CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '1000' } })
  region = await startProcesses('region', 3, {
    CORTEX_UPSTREAM_URL: root.url,
    CORTEX_UPSTREAM_TOKEN: root.token,
    CORTEX_ALERTING_GROUP_WAIT_S: '1',
    CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000',
    CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '1000',
    CORTEX_NOTIFICATIONS_ALLOWED_ADDRESSES: '127.0.0.1',
  })
  await tree.leaf('leaf', {
    parents: [region.url],
    env: { CORTEX_CAPABILITIES: 'processes' },
  })
  server = await until('the leaf is a server of the region', async () => (await serverOf(region.url, 'leaf')).id)
}, 180_000)
afterAll(async () => {
  await tree?.close()
  await region?.close()
  await receiver?.close()
})

const ProcessList = z.object({ processes: z.array(z.object({ address: z.string(), leads: z.boolean() })) })
const Servers = z.object({ servers: z.array(z.object({ id: z.number(), agent_id: z.string() })) })

async function tokenOfAdmin(): Promise<string> {
  const data = expectData(
    await httpClient(`${region.url}/api/v1`).post('/auth/login', { username: 'admin', password: adminPassword }),
  )
  return z.object({ access_token: z.string() }).parse(data).access_token
}

/** A server by its name, and a client of that address that may operate it. */
async function serverOf(url: string, agentId: string): Promise<{ id: number | undefined; http: HttpClient }> {
  const http = httpClient(`${url}/api`)
  const { token } = z
    .object({ token: z.string() })
    .parse((await http.post('/auth/login', { username: 'admin', password: adminPassword })).body)
  const signedIn = http.withToken(token)
  const { servers } = Servers.parse((await signedIn.get('/servers')).body)
  return { id: servers.find((each) => each.agent_id === agentId)?.id, http: signedIn }
}

test('every process reaches a leaf whose link another one has; the root too, over the one that leads', async () => {
  const holder = await until('the leaf has a link', () => region.holderOf('leaf'))
  expect(region.running).toContain(holder)
  for (const process of region.running) {
    const { http } = await serverOf(process.ownUrl, 'leaf')
    await until(`the processes of the leaf over ${process === holder ? 'its own' : 'another'} process`, async () => {
      const { status } = await http.get(`/servers/${server}/processes`)
      return status === 200
    })
  }
  const above = await until('the root knows the leaf', async () => {
    const found = await serverOf(root.url, 'leaf')
    return found.id !== undefined && found
  })
  await until(
    'the root reaches the leaf',
    async () => (await above.http.get(`/servers/${above.id}/processes`)).status === 200,
  )
})

test('every process asks the root: for a decision over HTTP, for a name over the link of the one that leads', async () => {
  const leaf = await joinByHand(region, 'asking')
  const elsewhere = await joinByHand(root, 'elsewhere')
  const token = await tokenOfAdmin()
  for (const { ownUrl } of region.running) {
    const direct = httpClient(`${ownUrl}/api/v1`)
    const asked = await direct.withKey(leaf.key()).post('/decisions/request', decisionRequest(leaf.id))
    expect(expectData(asked)).toMatchObject({ status: 'approved', authority: 'root' })
    const claim = introduction(elsewhere.id, region.token, { node_uid: randomUUID(), generation: 1 })
    expectError(await direct.post('/cluster/register', claim), 409, 'CONFLICT')
    const self = expectData(await direct.withToken(token).get('/self'))
    expect(self).toMatchObject({ lineage: ['root'], parent: { agent_id: 'root', link: 'connected' } })
    const { processes } = ProcessList.parse(self['monitor'])
    expect(processes.map(({ address }) => address).toSorted()).toEqual(
      region.running.map((each) => each.ownUrl).toSorted(),
    )
    expect(processes.filter(({ leads }) => leads)).toHaveLength(1)
    expect(processes[0]?.address).toBe(ownUrl)
  }
})

test('a child that connects to another process is let go by the first one', async () => {
  const leaf = await joinByHand(region, 'moving')
  const open = async (url: string) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/link`, { headers: { 'X-API-Key': leaf.key() } })
    const closed = new Promise<number>((resolve) => socket.on('close', resolve))
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return { socket, closed }
  }
  const [first, second] = region.running
  const old = await open(first!.ownUrl)
  await until('its place is known', async () => (await region.holderOf('moving')) === first)
  const young = await open(second!.ownUrl)
  expect(await old.closed).toBe(4409)
  expect(await region.holderOf('moving')).toBe(second)
  young.socket.close()
  await until('its place is gone', async () => (await region.holderOf('moving')) === undefined)
})

test('kill -9 of the process that leads, under load: nothing acknowledged is lost, nobody is told twice, all come back', async () => {
  const { http } = await serverOf(region.url, 'leaf')
  const channel = { type: 'webhook', name: 'receiver', config: { url: receiver.url }, enabled: true }
  expect((await http.post('/alerts/channels', channel)).status).toBe(201)
  const token = await tokenOfAdmin()
  const sockets = Array.from({ length: 6 }, () => stubbornSocket(region.url, token))
  onTestFinished(() => sockets.forEach((socket) => socket.stop()))
  await until('all event sockets are open', () => sockets.every((socket) => socket.isOpen()))

  const leaves = await Promise.all(Array.from({ length: 6 }, (_, at) => joinByHand(region, `load-${at}`)))
  const loads = leaves.map(reportWithoutPause)
  const acknowledged = () => loads.reduce((sum, load) => sum + load.acknowledged.length, 0)
  await until('reports are taken', () => acknowledged() > 100)
  const fault = { level: 'L3' as const, type: 'disk_failing', subject: 'sda' }
  const sick = await joinByHand(region, 'sick')
  expectData(await sick.report([fault]))

  const { process: leader } = await region.leader()
  await region.kill(leader)
  const before = acknowledged()
  await until('the next report about the same fault is taken', async () => (await sick.report([fault])).status === 200)
  await until('reports are taken by the others', () => acknowledged() > before + 100)
  await until('another process leads', async () => (await region.leader()).process !== leader)
  await until('all event sockets are back', () => sockets.every((socket) => socket.isOpen()))
  const later = await joinByHand(region, 'later')
  expectData(await later.report([fault]))
  await until('every socket is told of it, whichever process took the report', () =>
    sockets.every(({ told }) => told.some((text) => text.includes('"new_alert"') && text.includes('"later"'))),
  )
  await until('the link of the leaf is back', async () => region.running.includes((await region.holderOf('leaf'))!))
  for (const process of region.running) {
    const direct = await serverOf(process.ownUrl, 'leaf')
    await until(
      'the leaf is reached',
      async () => (await direct.http.get(`/servers/${server}/processes`)).status === 200,
    )
  }

  await Promise.all(loads.map((load) => load.stop()))
  const stored = await region.sql<Array<{ report_uid: string }>>`select report_uid from reports`
  const kept = new Set(stored.map((row) => row.report_uid))
  expect(loads.flatMap((load) => load.acknowledged).filter((uid) => !kept.has(uid))).toEqual([])

  const noticesOf = (agentId: string) =>
    receiver.received.filter(({ text }) => text.includes(`disk_failing on ${agentId}`)).map(({ body }) => body['kind'])
  await until('the receiver was told of both', () => noticesOf('sick').length > 0 && noticesOf('later').length > 0)
  const alertsAtRoot = async () => {
    const { alerts } = z
      .object({ alerts: z.array(z.object({ type: z.string(), agent_id: z.string() })) })
      .parse(expectData(await root.api.get('/alerts?limit=1000')))
    return alerts.filter(({ type }) => type === 'disk_failing').map(({ agent_id }) => agent_id)
  }
  await until('the root has both', async () => (await alertsAtRoot()).length >= 2)
  expect((await alertsAtRoot()).toSorted()).toEqual(['later', 'sick'])
  const rows =
    await region.sql`select n.agent_id from alerts a join nodes n on n.id = a.node_id where a.type = 'disk_failing' order by 1`
  expect(rows.map((row) => row['agent_id'])).toEqual(['later', 'sick'])
  const left = await region.sql`select state from notices where state in ('pending', 'sending')`
  expect(left).toHaveLength(0)
  expect([noticesOf('sick'), noticesOf('later')]).toEqual([['firing'], ['firing']])
  expect(JSON.stringify(expectData(await root.api.get('/cluster/nodes')))).toContain('"region"')
})
