import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { openServerSocket, type ServerClient } from '../support/server-socket.ts'
import { until } from '../support/until.ts'
import { auditOfHost, auditOfMonitor, type ThreeLevels, threeLevels } from './three-levels.ts'

let levels: ThreeLevels
beforeAll(async () => {
  levels = await threeLevels()
})
afterAll(() => levels?.close())

async function connect(server = levels.ids.leaf): Promise<ServerClient> {
  const address = levels.root.url.replace('http', 'ws')
  const client = await openServerSocket(`${address}/ws/servers/${server}?token=${levels.token}`)
  onTestFinished(() => client.raw.terminate())
  return client
}

test('at the root every report of a leaf three levels down is seen when it is made, with all its figures', async () => {
  const client = await connect()
  const status = await client.told('status', ({ online }) => online === true)
  expect(status).toMatchObject({ server_id: levels.ids.leaf, status: 'online' })
  const measured = () =>
    client.messages.filter(({ type }) => type === 'monitor_data').map(({ data }) => String(data?.['timestamp']))
  await until('five measurements', () => measured().length >= 5)
  expect(new Set(measured()).size).toBe(measured().length)
  const { data } = z.object({ data: z.record(z.string(), z.unknown()) }).parse(client.messages.at(-1))
  expect(data).toMatchObject({
    server_id: levels.ids.leaf,
    cpu_usage: expect.any(Number),
    memory_used: expect.any(Number),
    disk_total: expect.any(Number),
    load_avg_15: expect.any(Number),
  })
})

test('two watch the same leaf, and one that goes does not end it for the other', async () => {
  const [first, second] = [await connect(), await connect()]
  const count = (client: ServerClient) => client.messages.filter(({ type }) => type === 'monitor_data').length
  await until('both are told', () => count(first) >= 3 && count(second) >= 3)
  first.raw.close()
  await first.closed()
  const before = count(second)
  await until('the other is still told', () => count(second) >= before + 2)
})

test('a process of the leaf is ended from the root, and both logs say by whom', async () => {
  const child = spawn('sleep', ['600'])
  const exit = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  const client = await connect()
  const { data: list } = await client.ask('process_list')
  const { processes } = z.object({ processes: z.array(z.looseObject({ pid: z.number() })) }).parse(list)
  expect(processes).toContainEqual(expect.objectContaining({ pid: child.pid, name: 'sleep' }))

  const answer = await client.ask('process_kill', { pid: child.pid })
  expect(answer).toMatchObject({ type: 'process_kill_response', data: { pid: child.pid, signal: 'TERM' } })
  expect(await exit).toEqual([null, 'SIGTERM'])
  expect(await auditOfMonitor(levels.root, 'leaf')).toContainEqual(
    expect.objectContaining({ actor: 'ann', action: 'processes.kill' }),
  )
  const below = auditOfHost(levels.leaf).filter(({ target }) => target === String(child.pid))
  expect(below).toContainEqual(expect.objectContaining({ actor: 'ann@root' }))
})

test('shell_command is answered as the document shows, with and without a session', async () => {
  const client = await connect()
  const once = await client.ask('shell_command', { command: 'echo 你好; exit 3' })
  expect(once).toMatchObject({ type: 'shell_response', data: { output: '你好\n', exit_code: 3, session: null } })

  const sessions = `/servers/${levels.ids.leaf}/terminal/sessions`
  const { body } = await levels.http.post(sessions, { shell: '/bin/bash', working_dir: '/usr' })
  const { session_id } = z.object({ session_id: z.string() }).parse(body)
  const inside = await client.ask('shell_command', { command: 'pwd', session: session_id })
  expect(inside).toMatchObject({ type: 'shell_response', data: { output: '/usr\n', session: session_id } })
  await levels.http.delete(`${sessions}/${session_id}`)
})

test('a file goes up in pieces, is listed, and is read back', async () => {
  const client = await connect()
  const path = join(levels.scratch, 'pieces.bin')
  const pieces = [Buffer.alloc(400_000, 1), Buffer.alloc(400_000, 2), Buffer.from([3, 0, 255])]
  const send = (piece: Buffer, more: boolean, which: object) =>
    client.ask('file_upload', { ...which, content: piece.toString('base64'), encoding: 'base64', more })
  const first = await send(pieces[0] ?? Buffer.alloc(0), true, { path })
  expect(first).toMatchObject({ type: 'file_upload_response', data: { received: 400_000 } })
  const which = { upload_id: first.data['upload_id'] }
  await send(pieces[1] ?? Buffer.alloc(0), true, which)
  const last = await send(pieces[2] ?? Buffer.alloc(0), false, which)
  expect(last).toMatchObject({ data: { path, size: 800_003, sha256: expect.any(String) } })
  expect(readFileSync(path).equals(Buffer.concat(pieces))).toBe(true)

  const { data } = await client.ask('file_list', { path: levels.scratch })
  expect(data['entries']).toContainEqual(expect.objectContaining({ name: 'pieces.bin', size: 800_003 }))
  const read = await client.ask('file_content', { path })
  expect(read).toMatchObject({ type: 'file_content_response', data: { encoding: 'base64', size: 800_003 } })
})

test('an upload whose socket goes away changes nothing', async () => {
  const client = await connect()
  const path = join(levels.scratch, 'kept.txt')
  writeFileSync(path, 'before', { mode: 0o666 })
  await client.ask('file_upload', { path, content: 'half', more: true })
  client.raw.terminate()
  await until('the host gave the upload up', () =>
    auditOfHost(levels.leaf).some(({ action, target }) => action === 'files.upload.failed' && target === path),
  )
  expect(readFileSync(path, 'utf8')).toBe('before')
})

test('a request that is cancelled ends on the leaf too', async () => {
  const client = await connect()
  client.send({ type: 'shell_command', data: { command: 'sleep 300' }, request_id: 'long' })
  await until('the leaf runs it', () =>
    auditOfHost(levels.leaf).some(({ details }) => details['command'] === 'sleep 300'),
  )
  client.send({ type: 'cancel', data: { request_id: 'long' } })
  expect(await client.told('cancel_response')).toMatchObject({ cancelled: true })
  expect(await client.told('error')).toMatchObject({ code: 'CONFLICT', request_id: 'long' })
  await until('it is ended', async () => {
    const { data } = await client.ask('shell_command', { command: "ps -eo args | grep -c '^sleep 30[0]' || true" })
    return data['output'] === '0\n'
  })
})

test('what a leaf refuses keeps its code: no engine, no such container, no file outside the roots', async () => {
  const client = await connect()
  const engine = await client.ask('docker_command', { action: 'list' })
  expect(engine).toMatchObject({ type: 'error', data: { code: 'DOCKER_UNAVAILABLE' } })
  const outside = await client.ask('file_content', { path: '/etc/hostname' })
  expect(outside).toMatchObject({ type: 'error', data: { code: 'FORBIDDEN' } })
  const status = await client.ask('nginx_command', { action: 'status' })
  expect(status).toMatchObject({
    type: 'nginx_response',
    data: { action: 'status', installed: expect.any(Boolean), running: expect.any(Boolean) },
  })
})

test('a leaf that stops is said to be offline, and what is asked of it is SERVER_OFFLINE', async () => {
  const client = await connect()
  await client.told('monitor_data')
  await levels.leaf.stop()
  await client.told('status', ({ online }) => online === false)
  const answer = await client.ask('process_list')
  expect(answer).toMatchObject({ type: 'error', data: { code: 'SERVER_OFFLINE' } })
  await levels.leaf.start()
  await client.told('status', ({ online, reason }) => online === true && reason !== 'registered')
  const before = client.messages.length
  await until('measurements come again', () =>
    client.messages.slice(before).some(({ type }) => type === 'monitor_data'),
  )
})
