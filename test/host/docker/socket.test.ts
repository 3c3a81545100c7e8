import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { adminPassword, expectBody, type Site, startSite } from '../../better-monitor/site.ts'
import { openServerSocket, type ServerClient } from '../../support/server-socket.ts'
import { until } from '../../support/until.ts'
import { startEngine, type TestEngine } from './engine-rig.ts'

let engine: TestEngine
let site: Site
let self: number
let token: string
beforeAll(async () => {
  engine = await startEngine()
  const projects = join(engine.folder, 'projects')
  mkdirSync(join(projects, 'shop'), { recursive: true })
  const compose =
    'version: "2.4"\nservices:\n  web:\n    image: bb:1\n    network_mode: none\n    command: sleep 1000\n    stop_signal: SIGKILL\n'
  writeFileSync(join(projects, 'shop/docker-compose.yml'), compose)
  site = await startSite({
    CORTEX_PROBE_ENABLED: 'true',
    CORTEX_CAPABILITIES: 'docker',
    CORTEX_DOCKER_SOCKET: engine.socketPath,
    CORTEX_DOCKER_COMPOSE_FOLDERS: projects,
  })
  const [row] = await site.node.sql`select id from nodes where is_self`
  self = Number(row?.['id'])
  const login = { username: 'admin', password: adminPassword }
  token = String(expectBody(await site.anonymous.post('/auth/login', login))['token'])
})
afterAll(async () => {
  await site?.close()
  await engine?.stop()
})

async function connect(): Promise<ServerClient> {
  const client = await openServerSocket(`ws://${site.node.host}/ws/servers/${self}?token=${token}`)
  onTestFinished(() => client.raw.terminate())
  return client
}

test('containers are listed, stopped and deleted by docker_command', async () => {
  await engine.run('plain', ['sleep', '1000'])
  const client = await connect()
  const list = await client.ask('docker_command', { action: 'list' })
  expect(list).toMatchObject({ type: 'docker_response', data: { action: 'list' } })
  expect(list.data['containers']).toContainEqual(expect.objectContaining({ name: 'plain', state: 'running' }))
  const gone = await client.ask('docker_command', { action: 'delete', container_id: 'plain', force: true })
  expect(gone).toMatchObject({ type: 'docker_response', data: { success: true, state: 'removed' } })
  const missing = await client.ask('docker_command', { action: 'start', container_id: 'plain' })
  expect(missing).toMatchObject({ type: 'error', data: { code: 'NOT_FOUND' } })
})

test('logs are followed as they are written, until a cancel', async () => {
  await engine.run('talker', ['sh', '-c', 'i=0; while true; do echo 第 $i 行; i=$((i+1)); sleep 0.2; done'])
  const client = await connect()
  client.send({
    type: 'docker_command',
    data: { action: 'logs', container_id: 'talker', follow: true },
    request_id: 'follow',
  })
  const text = () =>
    client.messages
      .filter(({ type }) => type === 'docker_logs')
      .map(({ data }) => String(data?.['logs']))
      .join('')
  await until('five lines', () => text().includes('第 5 行'))
  expect(await client.ask('heartbeat')).toMatchObject({ type: 'heartbeat_response' })
  client.send({ type: 'cancel', data: { request_id: 'follow' } })
  expect(await client.told('error')).toMatchObject({ code: 'CONFLICT', request_id: 'follow' })
})

test('a job begun over REST shows its progress on every socket of the server, and so does one begun on a socket', async () => {
  const [first, second] = [await connect(), await connect()]
  const { job_id } = expectBody(await site.admin.post(`/servers/${self}/docker/composes/shop/up`), 202)
  for (const client of [first, second]) {
    const end = await client.told('job_progress', (data) => data['job_id'] === job_id && data['event'] === 'end')
    expect(end).toMatchObject({ server_id: self, job: { state: 'succeeded' } })
    expect(client.messages.some(({ data }) => data?.['job_id'] === job_id && data?.['event'] === 'line')).toBe(true)
  }
  const { data } = await first.ask('docker_command', { action: 'down', project: 'shop' })
  await second.told('job_progress', (told) => told['job_id'] === data['job_id'] && told['event'] === 'end')

  const late = await connect()
  expect(await late.ask('job_watch', { job_id })).toMatchObject({ data: { state: 'succeeded' } })
  await late.told('job_progress', (told) => told['job_id'] === job_id && told['event'] === 'end')
})
