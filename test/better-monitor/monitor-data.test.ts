import { afterAll, beforeAll, expect, test } from 'vitest'
import { MonitorHistory } from '../../src/contract/better-monitor/monitor-data.ts'
import { figures } from '../cortex-api/api-node.ts'
import type { HttpClient } from '../support/http.ts'
import { addServer, expectBody, expectPlainError, measured, type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site?.close())

const minuteMs = 60_000

async function historyOf(id: number, query = '', api: HttpClient = site.admin) {
  const answer = await api.get(`/servers/${id}/monitor${query}`)
  return MonitorHistory.parse(expectBody(answer))
}

/** Posts one measurement for each value, a minute apart, the last one now. */
async function post(server: { id: number; key: string }, cpu: readonly number[]) {
  const api = site.withSecret(server.key)
  for (const [index, cpu_usage] of cpu.entries()) {
    const timestamp = new Date(Date.now() - (cpu.length - index) * minuteMs).toISOString()
    expectBody(await api.post(`/servers/${server.id}/monitor`, { ...measured, cpu_usage, timestamp }))
  }
}

test('what is posted is answered, and comes back as it was', async () => {
  const server = await addServer(site.admin, 'Round Trip')
  const receipt = await site.withSecret(server.key).post(`/servers/${server.id}/monitor`, measured)
  expect(expectBody(receipt)).toEqual({ success: true, received_at: expect.stringMatching(/Z$/) })
  const end = new Date(Date.now() + minuteMs).toISOString()
  const { data, resolution } = await historyOf(server.id, `?end_time=${end}`)
  expect(resolution).toBe(0)
  expect(data).toHaveLength(1)
  expect(data[0]).toMatchObject(measured)
})

test('it is the same data as a Cortex report', async () => {
  const server = await addServer(site.admin, 'Both Surfaces')
  await post(server, [45.5])
  const answer = await site.node.admin.get(`/cluster/nodes/${server.agentId}`)
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.body).toMatchObject({
    data: {
      agent: { agent_id: server.agentId, status: 'online', health_status: 'healthy' },
      recent_reports: [{ metrics: { cpu_percent: 45.5, memory_percent: 50, load_average: [0.5, 0.8, 1.2] } }],
    },
  })
})

test('a Cortex report of a node is in its Better Monitor history', async () => {
  const leaf = await site.node.join('node-by-v1')
  await leaf.report({ timestamp: new Date(Date.now() - minuteMs).toISOString() })
  const { servers } = expectBody(await site.admin.get('/servers?q=node-by-v1')) as { servers: Array<{ id: number }> }
  expect(servers).toHaveLength(1)
  const { data } = await historyOf(servers[0]?.id ?? 0)
  expect(data).toMatchObject([{ cpu_usage: 45.2, load_avg_1: 1.2, network_in: null }])
})

test('an absurd figure of one report spoils neither the history nor its neighbours', async () => {
  const leaf = await site.node.join('node-absurd')
  for (const bytes_recv of [1e200, 500, 1e308]) {
    const metrics = { ...figures, network_io: { bytes_recv, bytes_sent: 1e308 } }
    await leaf.report({ timestamp: new Date(Date.now() - minuteMs).toISOString(), metrics })
  }
  const { servers } = expectBody(await site.admin.get('/servers?q=node-absurd')) as { servers: Array<{ id: number }> }
  const { data } = await historyOf(servers[0]?.id ?? 0, '?limit=1')
  expect(data).toMatchObject([{ cpu_usage_max: 45.2, network_in: 500, network_in_max: 500, network_out: null }])
})

test('points ascend, and a window has only its own', async () => {
  const server = await addServer(site.admin, 'Window')
  await post(server, [1, 2, 3, 4, 5])
  const { data } = await historyOf(server.id)
  expect(data.map((point) => point.cpu_usage)).toEqual([1, 2, 3, 4, 5])
  const [start, end] = [data[1]?.timestamp, data[3]?.timestamp]
  const window = await historyOf(server.id, `?start_time=${start}&end_time=${end}`)
  expect(window.data.map((point) => point.cpu_usage)).toEqual([2, 3])
})

test('the default window is the last 24 hours', async () => {
  const server = await addServer(site.admin, 'Yesterday')
  const api = site.withSecret(server.key)
  for (const hoursAgo of [25, 23]) {
    const timestamp = new Date(Date.now() - hoursAgo * 60 * minuteMs).toISOString()
    expectBody(await api.post(`/servers/${server.id}/monitor`, { ...measured, cpu_usage: hoursAgo, timestamp }))
  }
  expect((await historyOf(server.id)).data.map((point) => point.cpu_usage)).toEqual([23])
})

test('a time with an offset is the same moment', async () => {
  const server = await addServer(site.admin, 'Offset')
  await post(server, [7])
  const at = Date.now() - 5 * minuteMs
  const shanghai = `${new Date(at + 480 * minuteMs).toISOString().slice(0, -1)}+08:00`
  const { data } = await historyOf(server.id, `?start_time=${encodeURIComponent(shanghai)}`)
  expect(data).toMatchObject([{ cpu_usage: 7 }])
  expect(data[0]?.timestamp).toMatch(/Z$/)
})

test('a limit never loses a peak, and the averages are of their bucket', async () => {
  const server = await addServer(site.admin, 'Peaks')
  const cpu = Array.from({ length: 40 }, (_, index) => (index === 17 ? 99 : 10))
  await post(server, cpu)
  const start = new Date(Date.now() - 60 * minuteMs).toISOString()
  for (const limit of [1, 3, 10]) {
    const { data, resolution } = await historyOf(server.id, `?start_time=${start}&limit=${limit}`)
    expect(data.length).toBeLessThanOrEqual(limit)
    expect(resolution).toBeGreaterThan(0)
    expect(Math.max(...data.map((point) => point.cpu_usage_max ?? 0))).toBe(99)
    for (const { cpu_usage, cpu_usage_max, cpu_usage_min } of data) {
      expect(cpu_usage).toBeLessThanOrEqual(cpu_usage_max ?? 0)
      expect(cpu_usage).toBeGreaterThanOrEqual(cpu_usage_min ?? 100)
    }
    const times = data.map((point) => point.timestamp)
    expect(times).toEqual(times.toSorted())
  }
  const whole = await historyOf(server.id, `?start_time=${start}&limit=40`)
  expect(whole).toMatchObject({ resolution: 0, data: expect.objectContaining({ length: 40 }) })
})

test('a server that never reported has an empty list', async () => {
  const { id } = await addServer(site.admin, 'Silent')
  expect(await historyOf(id)).toMatchObject({ data: [] })
})

test.each([
  'start_time=2024-01-02T00:00:00Z&end_time=2024-01-01T00:00:00Z',
  'start_time=2024-01-01T00:00:00Z&end_time=2024-01-01T00:00:00Z',
  'start_time=yesterday',
  'end_time=2024-13-01T00:00:00Z',
  'limit=0',
  'limit=10001',
  'limit=ten',
])('a history of %s is 400 and names the field', async (query) => {
  const { id } = await addServer(site.admin, 'Asked Wrongly')
  const text = expectPlainError(await site.admin.get(`/servers/${id}/monitor?${query}`), 400, 'INVALID_REQUEST')
  expect(text).toContain(query.split('=')[0])
})

test('a key posts for its own server alone: 403 for any other, there or not, and nothing is kept', async () => {
  const mine = await addServer(site.admin, 'Mine')
  const foreign = await addServer(site.admin, 'Foreign')
  for (const id of [foreign.id, 4_711_000]) {
    const answer = await site.withSecret(mine.key).post(`/servers/${id}/monitor`, measured)
    expectPlainError(answer, 403, 'FORBIDDEN')
  }
  expect((await historyOf(foreign.id)).data).toEqual([])
})

test('X-API-Key and X-Secret-Key are the same key; a token, a wrong key and none are 401', async () => {
  const { id, key } = await addServer(site.admin, 'Keys')
  const path = `/servers/${id}/monitor`
  expectBody(await site.anonymous.withKey(key).post(path, measured))
  for (const client of [site.admin, site.withSecret(`${key}0`), site.anonymous]) {
    expectPlainError(await client.post(path, measured), 401, 'UNAUTHORIZED')
  }
})

test.each([
  [{ cpu_usage: 101 }, 'cpu_usage'],
  [{ cpu_usage: -1 }, 'cpu_usage'],
  [{ memory_used: '4194304' }, 'memory_used'],
  [{ memory_total: 1e300 }, 'memory_total'],
  [{ network_in: 1e300 }, 'network_in'],
  [{ load_avg_15: undefined }, 'load_avg_15'],
  [{ timestamp: 'now' }, 'timestamp'],
])('a measurement with %j is 400 and names the field', async (change, field) => {
  const { id, key } = await addServer(site.admin, 'Measured Wrongly')
  const answer = await site.withSecret(key).post(`/servers/${id}/monitor`, { ...measured, ...change })
  expect(expectPlainError(answer, 400, 'INVALID_REQUEST')).toContain(field)
})

test('a viewer reads a history', async () => {
  const server = await addServer(site.admin, 'For Viewers')
  await post(server, [3])
  expect((await historyOf(server.id, '', (await site.person('viewer')).api)).data).toHaveLength(1)
})
