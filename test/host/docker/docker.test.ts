import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ComposeAnswer, ContainerAnswer } from '../../../src/contract/operations/docker.ts'
import { Job } from '../../../src/contract/operations/jobs.ts'
import { createActs } from '../../../src/probe/host/acts.ts'
import { createCapabilities } from '../../../src/probe/host/capabilities.ts'
import { createComposeFinder } from '../../../src/probe/host/docker/compose-command.ts'
import { openComposeMemory } from '../../../src/probe/host/docker/compose-memory.ts'
import { createComposes } from '../../../src/probe/host/docker/composes.ts'
import { createEngine } from '../../../src/probe/host/docker/engine.ts'
import { registerDocker } from '../../../src/probe/host/docker/register.ts'
import { openHostAudit } from '../../../src/probe/host/host-audit.ts'
import { createActAsJob } from '../../../src/probe/host/jobs/act-as-job.ts'
import { type Jobs, createJobs } from '../../../src/probe/host/jobs/jobs.ts'
import { registerJobs } from '../../../src/probe/host/jobs/register.ts'
import { until } from '../../support/until.ts'
import { type Chain, silent, startChain } from '../../link/tree.ts'
import { type TestEngine, startEngine } from './engine-rig.ts'

let engine: TestEngine
let chain: Chain
let jobs: Jobs
let folder: string
let socketPath: string
let grants: string[]
const audit = openHostAudit({ file: ':memory:', clock: Date.now })
const meta = { origin: { actor: 'ann', at: 'root', request_id: 'r-1' } }

beforeAll(async () => {
  engine = await startEngine()
  socketPath = engine.socketPath
  folder = join(engine.folder, 'projects')
  mkdirSync(folder)
  chain = await startChain()
  grants = ['docker']
  const node = createEngine(() => ({ ok: true, socketPath }))
  const capabilities = {
    ...createCapabilities([]),
    demand: (name: 'docker') => createCapabilities(grants).demand(name),
  }
  const acts = createActs({ capabilities, audit })
  let lastJob = 0
  jobs = createJobs({
    file: ':memory:',
    clock: Date.now,
    ids: () => `job-000${(lastJob += 1)}`,
    logger: silent,
    maxConcurrent: 2,
  })
  const composes = createComposes({
    engine: node,
    memory: openComposeMemory(':memory:'),
    findCompose: createComposeFinder({ monotonicMs: () => performance.now() }),
    folders: [folder],
  })
  const { methods } = chain.leaf
  registerDocker(methods, { acts, engine: node, composes, actAsJob: createActAsJob({ acts, jobs }), clock: Date.now })
  registerJobs(methods, { acts, jobs })
})

afterAll(async () => {
  await jobs?.stop()
  await chain?.close()
  await engine?.stop()
  audit.close()
})

const call = (method: string, params: unknown = {}) =>
  chain.root.links.call(chain.route, method, params, { deadlineMs: 60_000, meta })
const containers = async () => ContainerAnswer.parse(await call('docker.containers')).containers
const logsOf = (id: string, params: object = {}) =>
  call('docker.logs', { id, ...params }) as Promise<{ logs: string; truncated: boolean }>

test('containers and images are listed as they are, also those that have ended', async () => {
  const id = await engine.run('plain', ['sh', '-c', 'echo hello; exit 3'], { labels: { team: '运维' } })
  const ended = await until('it has ended', async () =>
    (await containers()).find((each) => each.id === id && each.state === 'exited'),
  )
  expect(ended).toMatchObject({
    name: 'plain',
    image: 'bb:1',
    command: "sh -c 'echo hello; exit 3'",
    labels: { team: '运维' },
    ports: [],
    mounts: [],
  })
  expect(Math.abs(Date.parse(ended.created) - Date.now())).toBeLessThan(60_000)
  expect(await call('docker.images')).toMatchObject({
    images: [{ repository: 'bb', tag: '1', size: expect.any(Number), id: expect.stringMatching(/^sha256:/) }],
  })
})

test('a container is stopped, started, restarted and removed; what is so already succeeds', async () => {
  const id = await engine.run('acted-on', ['sleep', '1000'])
  const act = (verb: string, params: object = {}) => call(`docker.${verb}`, { id: 'acted-on', ...params })
  expect(await act('stop', { timeout_s: 0 })).toEqual({ success: true, id, state: 'exited' })
  expect(await act('stop', { timeout_s: 0 })).toEqual({ success: true, id, state: 'exited' })
  expect(await act('start')).toEqual({ success: true, id, state: 'running' })
  expect(await act('restart', { timeout_s: 0 })).toEqual({ success: true, id, state: 'running' })
  await expect(act('delete')).rejects.toMatchObject({
    code: 'CONFLICT',
    text: { en: expect.stringContaining('running') },
  })
  expect(await act('delete', { force: true })).toEqual({ success: true, id, state: 'removed' })
  await expect(act('start')).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 })
  const logged = audit.after(0, 1000).filter(({ target }) => target === 'acted-on')
  expect(logged.map(({ action }) => action)).toContain('docker.delete.failed')
})

test('one that goes away when it is stopped is told as removed', async () => {
  await engine.run('fleeting', ['sleep', '1000'], { rm: true })
  expect(await call('docker.stop', { id: 'fleeting', timeout_s: 0 })).toMatchObject({ success: true })
})

test.each([[false], [true]])('logs hold both outputs in order, with a terminal: %s', async (tty) => {
  const id = await engine.run(`logs-${tty}`, ['sh', '-c', 'echo 一; sleep 0.1; echo two >&2; sleep 0.1; echo three'], {
    tty,
  })
  await until('it wrote all', async () => (await logsOf(id)).logs.includes('three'))
  const text = async (params: object) => (await logsOf(id, params)).logs.replaceAll('\r', '')
  expect(await text({})).toBe('一\ntwo\nthree\n')
  expect(await text({ tail: 1 })).toBe('three\n')
  expect(await text({ timestamps: true })).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z 一\n/)
  expect(await text({ since: '1h' })).toBe('一\ntwo\nthree\n')
  expect(await text({ since: new Date(Date.now() + 3_600_000).toISOString() })).toBe('')
  await expect(logsOf(id, { since: 'yesterday' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})

test('logs that are too long lose their oldest lines and say so', async () => {
  const id = await engine.run('chatty', ['sh', '-c', 'seq 1 200000; echo end'])
  const { logs, truncated } = await until('it wrote all', async () => {
    const answer = await logsOf(id, { tail: 100_000 })
    return answer.logs.endsWith('end\n') && answer
  })
  expect(truncated).toBe(true)
  expect(logs).toMatch(/^\d+\n/)
  expect(logs.length).toBeLessThanOrEqual(524_288)
})

test('logs are followed live and to their end; who stops listening leaves nothing behind', async () => {
  const id = await engine.run('live', ['sh', '-c', 'for i in 1 2 3; do echo tick $i; sleep 0.2; done'])
  const stream = await chain.root.links.open(chain.route, 'docker.follow_logs', { id }, { meta })
  let text = ''
  for await (const chunk of stream) text += Buffer.from(chunk).toString()
  expect(text).toBe('tick 1\ntick 2\ntick 3\n')
  await stream.end()

  await engine.run('endless', ['sh', '-c', 'yes'])
  const flood = await chain.root.links.open(chain.route, 'docker.follow_logs', { id: 'endless' }, { meta })
  expect((await flood.read())?.length).toBeGreaterThan(0)
  // Nobody reads on: what is under way is bounded by the window.
  for (let n = 0; n < 50; n += 1) await call('docker.images')
  const queued = [chain.root, chain.region, chain.zone].flatMap(({ links }) => links.children())
  expect(Math.max(...queued.map(({ queuedBytes }) => queuedBytes))).toBeLessThan(1024 * 1024)
  flood.reset(new Error('enough'))
  await until('no stream is left', () => chain.zone.links.children().every(({ relayed }) => relayed === 0))
  await call('docker.delete', { id: 'endless', force: true })
})

test.each(['../images/json', 'a/../../x', '..', '', 'a b', 'a?x=1', 'a%2f..', `a\0`, 'x'.repeat(300)])(
  'the container %j is refused before the engine hears of it',
  async (id) => {
    await expect(call('docker.stop', { id })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
    await expect(logsOf(id)).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  },
)

test('without the capability nothing is changed, and looking is still allowed', async () => {
  await engine.run('guarded', ['sleep', '1000'])
  grants = ['terminal']
  for (const verb of ['start', 'stop', 'restart', 'delete']) {
    await expect(call(`docker.${verb}`, { id: 'guarded' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      details: { capability: 'docker' },
    })
  }
  await expect(call('docker.compose_up', { project: 'shop' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect((await containers()).find(({ name }) => name === 'guarded')?.state).toBe('running')
  grants = ['docker']
})

test.each([
  ['is not there', '/nowhere/docker.sock'],
  ['is no socket', '/etc/passwd'],
])('an engine whose socket %s is DOCKER_UNAVAILABLE, and it is found when it is back', async (_name, path) => {
  socketPath = path
  for (const method of ['docker.containers', 'docker.images', 'docker.composes']) {
    await expect(call(method)).rejects.toMatchObject({ code: 'DOCKER_UNAVAILABLE', status: 503 })
  }
  socketPath = engine.socketPath
  expect(await call('docker.containers')).toHaveProperty('containers')
})

const composes = async () => ComposeAnswer.parse(await call('docker.composes')).composes
async function finished(receipt: unknown): Promise<Job> {
  const { job_id } = receipt as { job_id: string }
  return until(
    'the job is over',
    async () => {
      const job = Job.parse(await call('jobs.get', { job_id }))
      return job.finished_at !== null && job
    },
    25_000,
  )
}
const composeFile = (command: string) =>
  `version: "2.4"\nservices:\n  web:\n    image: bb:1\n    network_mode: none\n    command: ${command}\n`

test('a project is found in its folder, brought up, down, and up again when none of its containers is left', async () => {
  mkdirSync(join(folder, 'shop'))
  writeFileSync(join(folder, 'shop/docker-compose.yml'), composeFile('sleep 1000'))
  expect(await composes()).toEqual([
    {
      name: 'shop',
      status: 'down',
      container_count: 0,
      config_files: [join(folder, 'shop/docker-compose.yml')],
      working_dir: join(folder, 'shop'),
    },
  ])
  const up = await finished(await call('docker.compose_up', { project: 'shop' }))
  expect(up).toMatchObject({
    state: 'succeeded',
    kind: 'docker.compose_up',
    resource: 'compose:shop',
    created_by: 'ann@root',
  })
  expect(up.progress.map(({ line }) => line).join('\n')).toMatch(/up --detach[^]*shop[_-]web[_-]1/)
  expect(await composes()).toMatchObject([{ name: 'shop', status: 'running', container_count: 1 }])
  expect((await containers()).find(({ compose_project }) => compose_project === 'shop')).toBeDefined()
  expect(await finished(await call('docker.compose_down', { project: 'shop' }))).toMatchObject({ state: 'succeeded' })
  expect(await composes()).toMatchObject([{ name: 'shop', status: 'down', container_count: 0 }])
})

test('a project that was only seen running is remembered when it is down, and its lost files are told', async () => {
  const elsewhere = join(engine.folder, 'elsewhere')
  mkdirSync(elsewhere)
  const file = join(elsewhere, 'app.yml')
  writeFileSync(file, composeFile('sleep 1000'))
  const labels = {
    'com.docker.compose.project': 'seen',
    'com.docker.compose.project.working_dir': elsewhere,
    'com.docker.compose.project.config_files': 'app.yml',
    'com.docker.compose.service': 'web',
  }
  await engine.run('seen-web-1', ['sleep', '1000'], { labels })
  const seen = async () => (await composes()).find(({ name }) => name === 'seen')
  expect(await seen()).toMatchObject({ status: 'running', config_files: [file] })
  await call('docker.delete', { id: 'seen-web-1', force: true })
  expect(await seen()).toMatchObject({ status: 'down', working_dir: elsewhere })
  expect(await finished(await call('docker.compose_up', { project: 'seen' }))).toMatchObject({ state: 'succeeded' })
  rmSync(file)
  await expect(call('docker.compose_down', { project: 'seen' })).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(call('docker.compose_up', { project: 'unknown' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(call('docker.compose_up', { project: '--help' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})

test('a project that compose refuses fails with its own words, which also stand in the log of the host', async () => {
  mkdirSync(join(folder, 'broken'))
  writeFileSync(join(folder, 'broken/docker-compose.yml'), 'services: 5\n')
  const job = await finished(await call('docker.compose_up', { project: 'broken' }))
  expect(job).toMatchObject({ state: 'failed', error: { code: 'COMPOSE_FAILED' } })
  expect(job.error?.en).toMatch(/services|invalid/i)
  expect(audit.after(0, 1000).at(-1)).toMatchObject({ action: 'docker.compose_up.failed', target: 'broken' })
})

test('a host without compose says which are missing before there is a job', async () => {
  const { PATH } = process.env
  process.env['PATH'] = join(engine.folder, 'no-programs')
  try {
    const find = createComposeFinder({ monotonicMs: () => 0 })
    await expect(find(new AbortController().signal)).rejects.toMatchObject({
      code: 'COMPOSE_UNAVAILABLE',
      status: 503,
      text: { en: expect.stringMatching(/docker compose.*docker-compose/) },
    })
  } finally {
    process.env['PATH'] = PATH
  }
})
