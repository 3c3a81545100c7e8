import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ProcessList } from '../../src/contract/operations/processes.ts'
import { auditOfHost, auditOfMonitor, type ThreeLevels, threeLevels } from './three-levels.ts'

let levels: ThreeLevels
beforeAll(async () => {
  levels = await threeLevels()
})
afterAll(() => levels?.close())

const nobody = 65_534
type Level = 'root' | 'region' | 'leaf'
const server = (level: Level = 'leaf') => `/servers/${levels.ids[level]}`

/** A process of our own that only sleeps, as nobody where the tests may choose. */
async function sleeper() {
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  const child = spawn('sleep', ['600'], { stdio: 'ignore', cwd: '/', ...user })
  const exited = once(child, 'exit').then(([, signal]) => String(signal))
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  return { pid: Number(child.pid), exited }
}

async function listed(level: Level) {
  const answer = await levels.http.get(`${server(level)}/processes`)
  expect(answer, JSON.stringify(answer.body).slice(0, 500)).toMatchObject({ status: 200 })
  return ProcessList.parse(answer.body).processes
}

test.each(['leaf', 'root'] as const)(
  'a process on the host of the %s is found in the list and ended',
  async (level) => {
    const { pid, exited } = await sleeper()
    const found = (await listed(level)).find((process) => process.pid === pid)
    expect(found).toMatchObject({ name: 'sleep', cmd: 'sleep 600' })

    const body = { signal: 'TERM', create_time: found?.create_time }
    const killed = await levels.http.post(`${server(level)}/processes/${pid}/kill`, body)
    expect(killed, JSON.stringify(killed.body)).toMatchObject({ status: 200, body: { pid, signal: 'TERM' } })
    expect(await exited).toBe('SIGTERM')

    const act = { action: 'processes.kill', target: String(pid), actor: 'ann@root' }
    expect(auditOfHost(levels[level])).toContainEqual(expect.objectContaining(act))
    const above = { action: 'processes.kill', actor: 'ann', details: expect.objectContaining({ on: String(pid) }) }
    expect(await auditOfMonitor(levels.root, level)).toContainEqual(expect.objectContaining(above))
  },
)

test('process 1 is never signalled, and that it was asked for is logged', async () => {
  const answer = await levels.http.post(`${server()}/processes/1/kill`, { signal: 'HUP' })
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  expect(auditOfHost(levels.leaf)).toContainEqual(
    expect.objectContaining({ actor: 'ann@root', action: 'processes.kill.failed', target: '1' }),
  )
})

test('a host that grants nothing is looked at but not acted on: 403 names the capability, and its log the person', async () => {
  expect((await listed('region')).length).toBeGreaterThan(0)
  const { pid } = await sleeper()
  const answer = await levels.http.post(`${server('region')}/processes/${pid}/kill`)
  expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  expect(JSON.stringify(answer.body)).toContain('processes')
  expect(() => process.kill(pid, 0)).not.toThrow()
  expect(auditOfHost(levels.region)).toContainEqual(
    expect.objectContaining({ actor: 'ann@root', action: 'processes.kill.refused', target: String(pid) }),
  )
  const above = await auditOfMonitor(levels.root, 'region')
  expect(above.map(({ action }) => action)).toEqual(expect.arrayContaining(['processes.kill', 'processes.kill.failed']))
})

test.each([
  ['containers', () => levels.http.get(`${server()}/docker/containers`)],
  ['images', () => levels.http.get(`${server()}/docker/images`)],
  ['restart', () => levels.http.post(`${server()}/docker/containers/web/restart`)],
])('where no container engine runs, %s is 503 DOCKER_UNAVAILABLE', async (_name, ask) => {
  const answer = await ask()
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 503, body: { code: 'DOCKER_UNAVAILABLE' } })
})

test('the nginx of a leaf tells its state', async () => {
  const answer = await levels.http.get(`${server()}/nginx/status`)
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 })
  expect(answer.body).toMatchObject({ installed: expect.any(Boolean), running: expect.any(Boolean) })
})
