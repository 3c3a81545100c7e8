import { afterAll, beforeAll, expect, test } from 'vitest'
import { addServer, expectBody, expectPlainError, measured, type Site, startSite } from './site.ts'

let site: Site
let server: { id: number; agentId: string; key: string }
beforeAll(async () => {
  site = await startSite()
  server = await addServer(site.admin, 'Shop')
  await addServer(site.admin, 'Never heard of')
  expectBody(
    await site.admin.put(`/servers/${server.id}`, { ip: '192.0.2.77', description: 'secret notes', tags: 'vip' }),
  )
  expectBody(await site.withSecret(server.key).post(`/servers/${server.id}/monitor`, measured))
})
afterAll(() => site?.close())

const show = async (isShown: boolean) => expectBody(await site.admin.post('/settings', { public_view: isShown }))

test('while nothing is public, the list is 404, for who is signed in too', async () => {
  await show(false)
  for (const client of [site.anonymous, site.admin]) {
    expectPlainError(await client.get('/public/servers'), 404, 'NOT_FOUND')
  }
})

test('a stranger is shown number, name, status and measurements of every server, and not one field more', async () => {
  await show(true)
  const answer = await site.anonymous.get('/public/servers')
  const { servers, total } = expectBody(answer) as { servers: Array<Record<string, unknown>>; total: number }
  expect(total).toBe(2)
  expect(servers.map(({ name }) => name)).toEqual(['Never heard of', 'Shop'])
  for (const one of servers) {
    expect(Object.keys(one).sort()).toEqual(['health_status', 'id', 'measured', 'name', 'status'])
  }
  expect(servers[0]).toMatchObject({ measured: null })
  expect(servers[1]).toMatchObject({ id: server.id, status: 'online', measured: { cpu_usage: measured.cpu_usage } })
  expect(Object.keys(servers[1]?.['measured'] as object).sort()).toEqual([
    'cpu_usage',
    'disk_percent',
    'disk_total',
    'disk_used',
    'load_avg_1',
    'load_avg_15',
    'load_avg_5',
    'memory_percent',
    'memory_total',
    'memory_used',
    'network_in',
    'network_out',
    'timestamp',
    'uptime_seconds',
  ])
  // Neither what people wrote about it nor where it is, nor what makes its id.
  for (const hidden of ['192.0.2.77', 'secret notes', 'vip', server.agentId, server.key]) {
    expect(JSON.stringify(answer.body)).not.toContain(hidden)
  }
})

test('pages are as asked for, and wrong ones are 400', async () => {
  await show(true)
  const { servers, total } = expectBody(await site.anonymous.get('/public/servers?limit=1&offset=1'))
  expect({ servers, total }).toMatchObject({ servers: [{ name: 'Shop' }], total: 2 })
  expectPlainError(await site.anonymous.get('/public/servers?limit=1001'), 400, 'INVALID_REQUEST')
})

test('one address may ask only so often', async () => {
  const limited = await startSite({ CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '2' })
  try {
    const asked = await Promise.all(Array.from({ length: 12 }, () => limited.anonymous.get('/public/servers')))
    expect(asked.map(({ status }) => status)).toContain(429)
  } finally {
    await limited.close()
  }
})
