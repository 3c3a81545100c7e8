import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addServer, expectBody, expectPlainError, type Site, startSite } from './site.ts'

let folder: string
let site: Site
let feed: Server
let served: { status: number; body: string } = { status: 200, body: '[]' }
let feedUrl: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cortex-feed-'))
  for (const version of ['1.0.0', '1.1.0', '2.0.0-beta.1']) {
    writeFileSync(join(folder, `cortex-${version}.tgz`), `package of ${version}`)
  }
  writeFileSync(join(folder, 'cortex-1.1.0.tgz.sig'), 'signature')
  writeFileSync(join(folder, 'secret.txt'), 'not to be had')
  feed = createServer((_request, response) => response.writeHead(served.status).end(served.body)).listen(0, '127.0.0.1')
  await new Promise((ready) => feed.once('listening', ready))
  feedUrl = `http://127.0.0.1:${(feed.address() as AddressInfo).port}/releases`
  site = await startSite({ CORTEX_RELEASES_FEED: folder, CORTEX_RELEASES_REPO: 'your-org/cortex' })
})
afterAll(async () => {
  await site?.close()
  feed?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the newest release is answered as documented, pre-releases only in their channel', async () => {
  const latest = expectBody(await site.admin.get('/agents/releases/latest'))
  expect(latest).toMatchObject({ success: true, version: '1.1.0', release_repo: 'your-org/cortex' })
  expect(latest['assets']).toMatchObject([{ name: 'cortex-1.1.0.tgz', os: 'any', arch: 'any', signature_url: expect.stringContaining('.sig') }]) // prettier-ignore
  expect(expectBody(await site.admin.get('/agents/releases/latest?channel=beta'))['version']).toBe('2.0.0-beta.1')
  expectPlainError(await site.admin.get('/agents/releases/latest?channel=nightly'), 400, 'INVALID_REQUEST')
})

test('a file of the feed is downloaded by its address, and no other file', async () => {
  const answer = await site.unchecked
    .with({ Authorization: await token() })
    .get('/agents/releases/1.1.0/cortex-1.1.0.tgz')
  expect(answer).toMatchObject({ status: 200, body: 'package of 1.1.0' })
  for (const path of [
    '1.1.0/secret.txt',
    '1.1.0/..%2Fsecret.txt',
    '1.1.0/cortex-1.0.0.tgz',
    '9.9.9/cortex-9.9.9.tgz',
  ]) {
    expectPlainError(await site.admin.get(`/agents/releases/${path}`), 404, 'NOT_FOUND')
  }
})

const token = async () => {
  const { body } = await site.node.anonymous.post('/auth/login', { username: 'admin', password: 'admin123' })
  return `Bearer ${(body as { data: { access_token: string } }).data.access_token}`
}

test('a server that is offline is waited for; its second upgrade is refused, and possible again after a cancel', async () => {
  const { id } = await addServer(site.admin, 'away')
  const request = { serverIds: [id], targetVersion: '1.1.0', channel: 'stable' }
  const answer = expectBody(await site.admin.post('/servers/upgrade', request))
  expect(answer).toMatchObject({
    success: true,
    message: '升级指令已触发，目标版本: 1.1.0',
    result: { success: [], failure: [], offline: [id], missing: [] },
  })
  expect(expectPlainError(await site.admin.post('/servers/upgrade', request), 409, 'CONFLICT')).toContain(String(id))
  const rollout = `/rollouts/${String(answer['rollout_id'])}`
  expect((await site.node.admin.get(rollout)).body).toMatchObject({
    data: { status: 'running', counts: { offline: 1 } },
  })
  expect((await site.node.admin.post(`${rollout}/cancel`)).body).toMatchObject({
    data: { status: 'cancelled', targets: [{ server_id: id, state: 'cancelled' }] },
  })
  expect((await site.node.admin.post(`${rollout}/cancel`)).status).toBe(409)
  expect(expectBody(await site.admin.post('/servers/upgrade', request))).toMatchObject({ success: true })
})

test('a user upgrades only what is its own; the rest is missing, and rollouts of others are not there', async () => {
  const own = await addServer(site.admin, 'own')
  const foreign = await addServer(site.admin, 'foreign')
  const { id, api } = await site.person('user')
  await site.node.sql`update nodes set owner_id = ${id} where id = ${own.id}`
  const mixed = expectBody(
    await site.admin.post('/servers/upgrade', { serverIds: [own.id, foreign.id], targetVersion: '1.1.0' }),
  )
  const stranger = await site.node.person('user')
  const strangers = site.node.anonymous.withToken(stranger.token)
  expect((await strangers.get(`/rollouts/${String(mixed['rollout_id'])}`)).status).toBe(404)
  await site.node.admin.post(`/rollouts/${String(mixed['rollout_id'])}/cancel`)
  const answer = expectBody(
    await api.post('/servers/upgrade', { serverIds: [own.id, foreign.id], targetVersion: '1.1.0' }),
  )
  expect(answer['result']).toMatchObject({ offline: [own.id], missing: [foreign.id] })
  const viewer = await site.person('viewer')
  expectPlainError(
    await viewer.api.post('/servers/upgrade', { serverIds: [own.id], targetVersion: '1.1.0' }),
    403,
    'FORBIDDEN',
  )
})

test.each([
  ['serverIds', { serverIds: [], targetVersion: '1.1.0' }],
  ['serverIds', { serverIds: [1, 1], targetVersion: '1.1.0' }],
  ['targetVersion', { serverIds: [1], targetVersion: '../../etc' }],
  ['channel', { serverIds: [1], targetVersion: '1.1.0', channel: 'nightly' }],
  ['rings', { serverIds: [1], targetVersion: '1.1.0', rings: [0] }],
])('a wrong %s is named, and nothing begins', async (field, body) => {
  const before = await site.node.sql`select count(*) from rollouts`
  expect(expectPlainError(await site.admin.post('/servers/upgrade', body), 400, 'INVALID_REQUEST')).toContain(field)
  expect(await site.node.sql`select count(*) from rollouts`).toEqual(before)
})

test('a pre-release is not taken in the stable channel', async () => {
  const { id } = await addServer(site.admin, 'careful')
  const answer = await site.admin.post('/servers/upgrade', {
    serverIds: [id],
    targetVersion: '2.0.0-beta.1',
    channel: 'stable',
  })
  expectPlainError(answer, 404, 'NOT_FOUND')
})

test('without a feed the answer says what to set, and a feed that is away or no feed says so', async () => {
  const without = await startSite()
  const answer = await without.admin.get('/agents/releases/latest')
  expect(expectPlainError(answer, 503, 'SERVICE_UNAVAILABLE')).toContain('releases.feed')
  await without.close()
  const away = await startSite({ CORTEX_RELEASES_FEED: feedUrl })
  for (const wrong of [
    { status: 500, body: 'down' },
    { status: 200, body: '<html>' },
    { status: 200, body: '{"message":"no"}' },
  ]) {
    served = wrong
    expectPlainError(await away.admin.get('/agents/releases/latest'), 503, 'SERVICE_UNAVAILABLE')
  }
  served = { status: 200, body: JSON.stringify([{ tag_name: 'v1.2.3', published_at: '2024-01-01T00:00:00Z', assets: [{ name: 'better-monitor-agent-linux-amd64.tar.gz', browser_download_url: 'https://example.com/a.tar.gz' }] }]) } // prettier-ignore
  expect(expectBody(await away.admin.get('/agents/releases/latest'))).toMatchObject({
    version: '1.2.3',
    releasedAt: '2024-01-01T00:00:00.000Z',
    assets: [{ os: 'linux', arch: 'amd64', download_url: 'https://example.com/a.tar.gz', sha256: null }],
  })
  await away.close()
})
