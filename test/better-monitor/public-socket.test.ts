import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { refusal } from '../realtime/event-client.ts'
import { openServerSocket, type ServerClient } from '../support/server-socket.ts'
import { addServer, expectBody, measured, type Site, startSite } from './site.ts'

let site: Site
let server: { id: number; agentId: string; key: string }
beforeAll(async () => {
  site = await startSite()
  server = await addServer(site.admin, 'Shop')
  expectBody(
    await site.admin.put(`/servers/${server.id}`, { ip: '192.0.2.77', description: 'secret notes', tags: 'vip' }),
  )
  await post()
})
afterAll(() => site?.close())

const post = async () => expectBody(await site.withSecret(server.key).post(`/servers/${server.id}/monitor`, measured))
const show = async (isShown: boolean) => expectBody(await site.admin.post('/settings', { public_view: isShown }))
const address = (id: number | string) => `ws://${site.node.host}/public/ws/servers/${id}`

async function connect(): Promise<ServerClient> {
  const client = await openServerSocket(address(server.id))
  onTestFinished(() => client.raw.terminate())
  return client
}

test('while nothing is public, every number is refused in the same words', async () => {
  await show(false)
  const answers = await Promise.all([server.id, 4_711_000, 'x'].map((id) => refusal(address(id))))
  for (const { status, body } of answers) {
    expect(status).toBe(404)
    expect(body.error).toEqual(answers[0]?.body.error)
  }
  await show(true)
  const unknown = await refusal(address(4_711_000))
  expect(unknown.body.error).toEqual(answers[0]?.body.error)
})

test('a stranger is shown the name and the measurements, and not one field more', async () => {
  await show(true)
  const client = await connect()
  await client.told('monitor_data')
  await post()
  await post()
  await client.told('monitor_data', ({ timestamp }) => timestamp !== client.messages[0]?.data?.['timestamp'])
  for (const message of client.messages) {
    expect(Object.keys(message).sort()).toEqual(['data', 'timestamp', 'type'])
    expect(message.type).toBe('monitor_data')
    expect(Object.keys(message.data ?? {}).sort()).toEqual([
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
      'name',
      'network_in',
      'network_out',
      'timestamp',
      'uptime_seconds',
    ])
  }
  expect(client.messages[0]?.data).toMatchObject({ name: 'Shop', cpu_usage: measured.cpu_usage })
})

test('nothing can be asked of it', async () => {
  await show(true)
  const client = await connect()
  client.send({ type: 'process_list', request_id: 'p' })
  await client.told('heartbeat_response')
  expect(client.messages.map(({ type }) => type)).not.toContain('process_list_response')
})

test('turning the view off closes what is open with 4403, and a removed server its sockets with 4404', async () => {
  await show(true)
  const open = await connect()
  await show(false)
  expect(await open.closed()).toMatchObject({ code: 4403 })

  await show(true)
  const gone = await addServer(site.admin, 'Gone')
  const client = await openServerSocket(address(gone.id))
  expectBody(await site.admin.delete(`/servers/${gone.id}`))
  expect(await client.closed()).toMatchObject({ code: 4404 })
})

test('one address holds at most 20 sockets, and may come back when one is gone', async () => {
  await show(true)
  const held = await Promise.all(Array.from({ length: 20 }, connect))
  expect(await refusal(address(server.id))).toMatchObject({ status: 429 })
  held[0]?.raw.close()
  await held[0]?.closed()
  await expect(connect()).resolves.toBeTruthy()
})
