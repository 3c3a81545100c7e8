import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { freePorts } from '../../src/cli/demo/ports.ts'
import { Rollout } from '../../src/contract/rollouts.ts'
import type { HttpClient } from '../support/http.ts'
import { adminPassword, plantTree, type Tree, type TreeNode } from '../support/tree.ts'
import { httpClient } from '../support/http.ts'
import { until } from '../support/until.ts'
import { auditOfHost } from '../operations/three-levels.ts'
import { type Builds, makeBuilds } from './builds.ts'

const Servers = z.object({
  servers: z.array(z.object({ id: z.number(), agent_id: z.string(), agent_version: z.string(), online: z.boolean() })),
})
const Answer = z.object({ data: Rollout })

let builds: Builds
let tree: Tree
let [root, region, leaf]: TreeNode[] = []
let http: HttpClient
let v1: HttpClient
let ids: Record<string, number>

beforeAll(async () => {
  builds = makeBuilds()
  const first = builds.pack('1.0.0')
  builds.pack('1.1.0')
  const program = builds.install(first, 'installed')
  tree = plantTree()
  const ports = await freePorts(3, Math.random)
  const env = (at: number) => ({
    CORTEX_PORT: String(ports[at]),
    CORTEX_CAPABILITIES: 'upgrade',
    CORTEX_RELEASES_PUBLIC_KEY: builds.publicKey,
    CORTEX_RELEASES_TRIAL_S: '30',
    CORTEX_RELEASES_FEED: builds.feed,
    CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000',
    CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '1000',
  })
  root = await tree.monitor('root', { probe: true, program, env: env(0) })
  region = await tree.monitor('region', { parents: [root.url], program, env: env(1) })
  leaf = await tree.leaf('leaf', { parents: [region.url], program, env: env(2) })
  http = httpClient(`${root.url}/api`)
  const { token } = z
    .object({ token: z.string() })
    .parse((await http.post('/auth/login', { username: 'admin', password: adminPassword })).body)
  http = http.withToken(token)
  v1 = root.api
  const all = await until(
    'all three are online servers at the root',
    async () => {
      const { servers } = await serversNow()
      if (servers.filter((server) => server.online).length !== 3) throw new Error(JSON.stringify(servers))
      return servers
    },
    60_000,
  )
  ids = Object.fromEntries(all.map((server) => [server.agent_id, server.id]))
}, 120_000)

afterAll(async () => {
  for (const node of [leaf, region, root]) await node?.stop()
  await tree?.close()
  builds?.close()
})

const serversNow = async () => Servers.parse((await http.get('/servers')).body)
const idOf = (name: string) => ids[name] ?? 0

async function versions(): Promise<Record<string, string>> {
  const { servers } = await serversNow()
  return Object.fromEntries(
    servers.map((server) => [server.agent_id, server.online ? server.agent_version : 'offline']),
  )
}

async function ask(version: string, servers: readonly string[]): Promise<number> {
  const { status, body } = await http.post('/servers/upgrade', {
    serverIds: servers.map(idOf),
    targetVersion: version,
    channel: 'stable',
  })
  expect({ status, body }).toMatchObject({ status: 200, body: { success: true } })
  return z.object({ rollout_id: z.number() }).parse(body).rollout_id
}

/** The rollout, once it is over; a root that is upgraded is away in between. */
async function over(id: number, withinMs = 60_000): Promise<z.infer<typeof Rollout>> {
  return await until(
    `rollout ${id} is over`,
    async () => {
      const { data } = Answer.parse((await v1.get(`/rollouts/${id}`)).body)
      if (data.status === 'running') throw new Error(JSON.stringify(data))
      return data
    },
    withinMs,
  )
}

describe('upgrades of real builds through three levels', () => {
  test('the newest release of the feed is answered as documented', async () => {
    const { status, body } = await http.get('/agents/releases/latest')
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, version: '1.1.0', assets: [{ name: 'cortex-1.1.0.tgz', os: 'any' }] })
  })

  test('root, region and leaf are upgraded, parents first, and report the new version', async () => {
    const { status, body } = await http.post('/servers/upgrade', {
      serverIds: [idOf('leaf'), idOf('region'), idOf('root'), 999_999],
      targetVersion: '1.1.0',
      channel: 'stable',
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      success: true,
      message: '升级指令已触发，目标版本: 1.1.0',
      result: { success: [idOf('root'), idOf('region'), idOf('leaf')], failure: [], offline: [], missing: [999_999] },
    })
    const again = await http.post('/servers/upgrade', { serverIds: [idOf('leaf')], targetVersion: '1.1.0' })
    expect(again).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    const { rollout_id } = z.object({ rollout_id: z.number() }).parse(body)
    const rollout = await over(rollout_id)
    expect(rollout).toMatchObject({ status: 'succeeded', counts: { succeeded: 3 } })
    expect(rollout.targets.map((target) => [target.agent_id, target.ring])).toEqual([
      ['root', 0],
      ['region', 1],
      ['leaf', 2],
    ])
    expect(await versions()).toEqual({ root: '1.1.0', region: '1.1.0', leaf: '1.1.0' })
    const job = await http.get(`/servers/${idOf('leaf')}/jobs/${rollout.targets[2]?.job_id}`)
    expect(job.body).toMatchObject({ state: 'succeeded', result: { from: '1.0.0', to: '1.1.0' } })
    expect(leaf && auditOfHost(leaf)).toContainEqual(
      expect.objectContaining({ action: 'upgrade.start', target: '1.1.0', actor: 'admin@root' }),
    )
  }, 90_000)

  test('a build that does not start is rolled back, and the reason is its own last words', async () => {
    builds.pack('1.2.0', {
      change: (folder) =>
        writeFileSync(join(folder, 'dist/main.js'), "console.error('my disk is upside down'); process.exit(3)"),
    })
    await feedIsRead('1.2.0')
    const rollout = await over(await ask('1.2.0', ['leaf']))
    expect(rollout).toMatchObject({ status: 'failed', reason: 'too-many-failures', targets: [{ state: 'failed' }] })
    expect(rollout.targets[0]?.reason).toMatch(/rolled back to 1\.1\.0.*\n?.*my disk is upside down/s)
    expect(await onlineVersionOf('leaf')).toBe('1.1.0')
  }, 90_000)

  test('what another key signed is not installed', async () => {
    builds.pack('1.3.0', { by: generateKeyPairSync('ed25519').privateKey })
    await feedIsRead('1.3.0')
    const rollout = await over(await ask('1.3.0', ['leaf']))
    expect(rollout.targets[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining('signature') })
    expect(await onlineVersionOf('leaf')).toBe('1.1.0')
  })

  test('what does not have the announced checksum does not leave the monitor', async () => {
    const tgz = builds.pack('1.4.0')
    writeFileSync(`${tgz}.sha256`, `${'0'.repeat(64)}  cortex-1.4.0.tgz\n`)
    await feedIsRead('1.4.0')
    const rollout = await over(await ask('1.4.0', ['leaf']))
    expect(rollout.targets[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining('SHA-256') })
  })

  test('a version that the feed does not have, and one that runs already, change nothing', async () => {
    const unknown = await http.post('/servers/upgrade', { serverIds: [idOf('leaf')], targetVersion: '9.9.9' })
    expect(unknown).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    const same = await http.post('/servers/upgrade', { serverIds: [idOf('leaf')], targetVersion: '1.1.0' })
    expect(same.body).toMatchObject({ success: false, result: { failure: [idOf('leaf')] }, rollout_id: null })
    const older = await http.post('/servers/upgrade', { serverIds: [idOf('leaf')], targetVersion: '1.0.0' })
    expect(older.body).toMatchObject({ success: false, reasons: { [idOf('leaf')]: 'downgrade' } })
  })
})

/** The feed is kept for a moment: this waits until the monitor sees what was just put there. */
async function feedIsRead(version: string): Promise<void> {
  await until(`the feed has ${version}`, async () => {
    const { body } = await http.get('/agents/releases/latest')
    return z.object({ version: z.string() }).parse(body).version === version
  })
}

async function onlineVersionOf(name: string): Promise<string> {
  return await until(`${name} is online`, async () => {
    const version = (await versions())[name]
    if (version === undefined || version === 'offline') throw new Error('offline')
    return version
  })
}
