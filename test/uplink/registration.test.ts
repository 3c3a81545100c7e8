import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from '../../src/platform/logger.ts'
import { type EnsureOptions, ensureRegistered } from '../../src/tree/uplink/attachment.ts'
import type { IdentityKeeper } from '../../src/tree/uplink/identity.ts'
import { openIdentityFile } from '../../src/tree/uplink/identity-file.ts'
import { createRegisteredClient } from '../../src/tree/uplink/registered-client.ts'
import { joinParent } from '../../src/tree/uplink/registration.ts'
import { type StubParent, startStubParent } from './stub-parent.ts'

let folder: string
let parent: StubParent
let other: StubParent
let identity: IdentityKeeper
let lines: string[]

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cortex-identity-'))
  parent = await startStubParent({ agentId: 'region-a' })
  other = await startStubParent({ agentId: 'region-b' })
  identity = openIdentityFile({ dataDir: folder, makeUid: () => 'uid-of-this-node' })
  lines = []
})
afterEach(async () => {
  await Promise.all([parent.stop(), other.stop()])
  rmSync(folder, { recursive: true, force: true })
})

const introduction = {
  agentId: 'leaf',
  name: 'Leaf',
  role: 'probe',
  version: '1.0.0',
  metadata: { os: 'Debian' },
} as const
function setup(urls: string[] = [parent.url], token: string | null = 'secret-token') {
  const logger = createLogger({ level: 'debug', write: (line) => lines.push(line) })
  const shared = { urls, token, introduction, identity, logger, clock: Date.now, random: () => 0 }
  const client = createRegisteredClient({ ...shared, triesBeforeFailover: 1 })
  const ensure = (more: Partial<EnsureOptions> = {}) =>
    ensureRegistered({ ...shared, client, backoffMinMs: 1, backoffMaxMs: 5, ...more })
  const join = (url = parent.url) => joinParent({ url, token: token ?? '', introduction, identity, client, logger })
  return { client, ensure, join }
}
const beat = { agent_id: 'leaf', timestamp: '2026-01-01T00:00:00Z', status: 'healthy' } as const
const generations = (stub: StubParent) =>
  stub.received
    .filter(({ path }) => path === '/cluster/register')
    .map(({ body }) => (body as { generation: number }).generation)

describe('the identity file', () => {
  test('is private, survives a restart, and leaves no draft behind', async () => {
    await setup().join()
    const again = openIdentityFile({ dataDir: folder, makeUid: () => 'another-uid' })
    expect(again.read()).toEqual(identity.read())
    expect(again.read()).toMatchObject({ node_uid: 'uid-of-this-node', active_url: parent.url, generation: 1 })
    expect(statSync(join(folder, 'identity.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['identity.json'])
  })

  test('that was readable for others is private after the next write', async () => {
    chmodSync(join(folder, 'identity.json'), 0o644)
    await setup().join()
    expect(statSync(join(folder, 'identity.json')).mode & 0o777).toBe(0o600)
  })

  test.each([
    ['no JSON', '{"node_uid": '],
    ['a field is missing', '{"node_uid":"uid-of-this-node","generation":1}'],
    ['empty', ''],
  ])('that is damaged (%s) stops the start and is not replaced', (_name, text) => {
    writeFileSync(join(folder, 'identity.json'), text)
    expect(() => openIdentityFile({ dataDir: folder, makeUid: () => 'uid-uid-uid' })).toThrow(
      /identity\.json is damaged/,
    )
    expect(readFileSync(join(folder, 'identity.json'), 'utf8')).toBe(text)
  })
})

describe('joining', () => {
  test('the parent learns who this node is, and the node keeps key and lineage', async () => {
    const entry = await setup().join()
    expect(entry).toMatchObject({
      url: parent.url,
      api_key: 'region-a-key-1',
      parent: 'region-a',
      lineage: ['region-a'],
    })
    expect(parent.received[0]?.body).toMatchObject({
      agent_id: 'leaf',
      registration_token: 'secret-token',
      node_uid: 'uid-of-this-node',
      role: 'probe',
      version: '1.0.0',
      generation: 1,
      metadata: { os: 'Debian' },
    })
    expect(lines.join('')).not.toMatch(/secret-token|region-a-key/)
  })

  test('joining the same parent again renews the key and is no move', async () => {
    const { join: joinAgain } = setup()
    await joinAgain()
    await joinAgain()
    expect(generations(parent)).toEqual([1, 1])
    expect(identity.read().parents).toHaveLength(1)
    expect(identity.read().parents[0]?.api_key).toBe('region-a-key-2')
  })

  test('every move to another parent raises the generation, also the way back', async () => {
    const { join: joinAt } = setup()
    await joinAt(parent.url)
    await joinAt(other.url)
    await joinAt(parent.url)
    expect(generations(parent)).toEqual([1, 3])
    expect(generations(other)).toEqual([2])
    expect(identity.read()).toMatchObject({ generation: 3, active_url: parent.url })
  })

  test('a parent below this node is refused: nobody becomes its own ancestor', async () => {
    parent.behave((_path, c) =>
      c.json({
        success: true,
        data: {
          agent_id: 'leaf',
          api_key: 'k',
          upstream_monitor_url: parent.url,
          registered_at: '2026-01-01T00:00:00Z',
          parent: 'region-a',
          lineage: ['region-a', 'leaf', 'root'],
        },
      }),
    )
    await expect(setup().join()).rejects.toMatchObject({
      code: 'CONFLICT',
      text: { en: expect.stringContaining('own ancestor') },
    })
    expect(identity.read().parents).toEqual([])
  })

  test.each([
    [401, 'UNAUTHORIZED', /registration_token/],
    [403, 'FORBIDDEN', /does not let this node/],
    [409, 'CONFLICT', /Change node\.id/],
    [400, 'INVALID_REQUEST', /refused the registration/],
  ] as const)('%i says what to do and is not repeated', async (status, code, text) => {
    parent.behave((_path, c) => parent.refuse(c, status, code))
    await expect(setup().ensure()).rejects.toMatchObject({
      code,
      status,
      text: { en: expect.stringMatching(text), zh: expect.any(String) },
    })
    expect(parent.received).toHaveLength(1)
  })
})

describe('at the start of a node', () => {
  test('a key that is there is used, nobody is asked', async () => {
    await setup().join()
    await setup().ensure()
    expect(parent.received).toHaveLength(1)
  })

  test('a key without a token is enough', async () => {
    await setup().join()
    const { client, ensure } = setup([parent.url], null)
    await ensure()
    await client.sendHeartbeat(beat)
    expect(parent.received.at(-1)).toMatchObject({ path: '/heartbeat', key: 'region-a-key-1' })
  })

  test('neither key nor token: it says what to set', async () => {
    await expect(setup([parent.url], null).ensure()).rejects.toMatchObject({
      text: { en: expect.stringContaining('cortex join') },
    })
  })

  test('a parent that is not there yet is waited for', async () => {
    let failures = 0
    parent.behave((_path, c) => (failures++ < 3 ? parent.refuse(c, 503, 'SERVICE_UNAVAILABLE') : undefined))
    await setup().ensure()
    expect(identity.read().parents[0]?.api_key).toBe('region-a-key-1')
  })

  test('one parent refuses, another is only away: it is waited for', async () => {
    let failures = 0
    parent.behave((_path, c) => parent.refuse(c, 401, 'UNAUTHORIZED'))
    other.behave((_path, c) => (failures++ < 2 ? other.refuse(c, 503, 'SERVICE_UNAVAILABLE') : undefined))
    const { client, ensure } = setup([parent.url, other.url])
    await ensure()
    await client.sendHeartbeat(beat)
    expect(other.received.at(-1)).toMatchObject({ path: '/heartbeat', key: 'region-b-key-1' })
  })

  test('waiting ends when the node stops', async () => {
    parent.behave((_path, c) => parent.refuse(c, 503, 'SERVICE_UNAVAILABLE'))
    const controller = new AbortController()
    const waiting = setup().ensure({ signal: controller.signal, backoffMinMs: 60_000, backoffMaxMs: 60_000 })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('another parent in the config is a move', async () => {
    await setup().join()
    await setup([other.url]).ensure()
    expect(generations(other)).toEqual([2])
  })
})

test('when the parent dies the node registers at the next one as a move, stays there, and remembers it', async () => {
  const { client, ensure } = setup([parent.url, other.url])
  await ensure()
  await client.sendHeartbeat(beat)
  await parent.stop()
  await expect(client.sendHeartbeat(beat)).rejects.toMatchObject({ kind: 'retryable' })
  await client.sendHeartbeat(beat)
  expect(generations(other)).toEqual([2])
  expect(other.received.at(-1)).toMatchObject({ path: '/heartbeat', key: 'region-b-key-1' })
  expect(openIdentityFile({ dataDir: folder, makeUid: () => 'unused-uid' }).read().active_url).toBe(other.url)
  parent = await startStubParent()
})

test('two addresses of one monitor share the newest key, and moving between them is no registration', async () => {
  const twin = await startStubParent({ agentId: 'region-a' })
  try {
    const { client, join: joinAt } = setup([parent.url, twin.url])
    await joinAt(parent.url)
    await joinAt(twin.url)
    expect(identity.read().parents.map((entry) => entry.api_key)).toEqual(['region-a-key-1', 'region-a-key-1'])
    await twin.stop()
    const before = generations(parent).length
    await expect(client.sendHeartbeat(beat)).rejects.toBeInstanceOf(Error)
    await client.sendHeartbeat(beat)
    expect(generations(parent)).toHaveLength(before)
  } finally {
    await twin.stop().catch(() => undefined)
  }
})
