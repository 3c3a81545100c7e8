import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkModel } from '../../src/cli/doctor-model.ts'
import { nodeChecks } from '../../src/cli/doctor-node-checks.ts'
import { runJoin } from '../../src/cli/join-run.ts'
import { checkParents } from '../../src/cli/doctor-parent.ts'
import { checkPort } from '../../src/cli/doctor-port.ts'
import { freePort } from '../../src/db/embedded/free-port.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import { openIdentityFile } from '../../src/tree/uplink/identity-file.ts'
import { newIdentity, withParent } from '../../src/tree/uplink/identity.ts'
import { createTestDatabase } from '../support/database.ts'

let folder: string
const servers: Server[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-node-'))
})
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  rmSync(folder, { recursive: true, force: true })
})

const { signal } = new AbortController()
const config = (env: Record<string, string> = {}) => loadConfig({ env: { CORTEX_DATA_DIR: folder, ...env } })
const portOf = (server: Server) => (server.address() as AddressInfo).port

async function listening<S extends Server>(server: S): Promise<S> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return server
}
async function serving(listener: RequestListener): Promise<string> {
  const server = await listening(createServer(listener))
  server.keepAliveTimeout = 1
  return `http://127.0.0.1:${portOf(server)}`
}
const answering = (status: number, headers: Record<string, string> = {}): Promise<string> =>
  serving((_request, response) => response.writeHead(status, { connection: 'close', ...headers }).end('{}'))

describe('the port', () => {
  const at = (port: number) => config({ CORTEX_HOST: '127.0.0.1', CORTEX_PORT: String(port), CORTEX_NODE_ID: 'me' })

  test('that is free is fine', async () => {
    expect(await checkPort(at(await freePort()), signal)).toMatchObject({
      status: 'ok',
      text: expect.stringContaining('free'),
    })
  })

  test.each([
    ['this leaf', { data: { agent_id: 'me' } }, 200, 'ok', /me runs/],
    ['another leaf', { data: { agent_id: 'other' } }, 200, 'failed', /the node other listens/],
    ['a monitor', { status: 'ok' }, 401, 'ok', /a monitor runs/],
    ['another web server', { hello: 1 }, 404, 'failed', /another program listens/],
  ] as const)('held by %s is judged so', async (_who, body, status, verdict, text) => {
    const url = await serving((_request, response) => {
      response.writeHead(status, { connection: 'close' }).end(JSON.stringify(body))
    })
    const found = await checkPort(at(Number(new URL(url).port)), signal)
    expect(found.status).toBe(verdict)
    expect(found.text).toMatch(text)
  })

  test('held by what speaks no HTTP is another program', async () => {
    const server = await listening(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')))
    expect(await checkPort(at(portOf(server)), signal)).toMatchObject({ status: 'failed', todo: expect.any(String) })
  })
})

describe('the parent', () => {
  const below = (url: string, more: Record<string, string> = {}) =>
    config({ CORTEX_UPSTREAM_URL: url, CORTEX_MONITOR_ENABLED: 'false', ...more })
  async function registerAt(url: string): Promise<void> {
    const entry = { url, api_key: 'k', parent: 'p', lineage: ['p'], registered_at: '2026-01-01T00:00:00.000Z' }
    await openIdentityFile({ dataDir: folder, makeUid: () => 'a-node-uid' }).write(
      withParent(newIdentity('a-node-uid'), entry, 1),
    )
  }

  test.each([
    [404, 'ok', /takes the key/],
    [401, 'failed', /does not take the key/],
    [502, 'failed', /answers 502/],
  ] as const)('that answers a registered node with %i', async (status, verdict, text) => {
    const url = await answering(status)
    await registerAt(url)
    const [found] = await checkParents(below(url), signal)
    expect(found?.status).toBe(verdict)
    expect(found?.text).toMatch(text)
  })

  test('that this node is not registered at needs a token or a join', async () => {
    const url = await answering(200)
    expect(await checkParents(below(url), signal)).toMatchObject([
      { status: 'failed', todo: expect.stringContaining('cortex join') },
    ])
    expect(await checkParents(below(url, { CORTEX_UPSTREAM_TOKEN: 'some-token' }), signal)).toMatchObject([
      { status: 'ok' },
    ])
  })

  test('of a monitor of several processes is asked without the key, which is in their database; none of them joins by hand', async () => {
    const url = await answering(404)
    const several = {
      CORTEX_UPSTREAM_URL: url,
      CORTEX_MONITOR_ENABLED: 'true',
      CORTEX_PROBE_ENABLED: 'false',
      CORTEX_REPLICAS_ENABLED: 'true',
      CORTEX_REGISTRATION_TOKEN: 'let-me-in-please',
      CORTEX_SECRET_KEY: 'a'.repeat(64),
      DATABASE_URL: 'postgres://127.0.0.1:9/nothing',
    }
    const [found] = await checkParents(config(several), signal)
    expect(found).toMatchObject({ status: 'ok', text: expect.stringContaining('is in its database') })
    const options = { env: { ...several, CORTEX_DATA_DIR: folder }, out: () => undefined, err: () => undefined }
    await expect(runJoin({ url, token: 'some-token' }, options)).rejects.toThrow('joins by itself')
  })

  test('that is away, or has another time, is named', async () => {
    const away = `http://127.0.0.1:${await freePort()}`
    expect(await checkParents(below(away), signal)).toMatchObject([
      { status: 'failed', text: expect.stringContaining('nobody listens') },
    ])
    const late = await answering(404, { date: new Date(Date.now() - 3_600_000).toUTCString() })
    await registerAt(late)
    expect(await checkParents(below(late), signal)).toMatchObject([
      { status: 'ok' },
      { status: 'warning', text: expect.stringMatching(/3[56]\d\d s ahead/), todo: expect.stringContaining('NTP') },
    ])
  })
})

test.each([
  [200, 'ok'],
  [404, 'ok'],
  [401, 'failed'],
  [503, 'warning'],
])('a model whose API answers %i is %s', async (status, verdict) => {
  const base_url = await answering(status)
  expect((await checkModel({ base_url, api_key: 'k', model: 'm' }, signal)).status).toBe(verdict)
})

test('a model that cannot be reached has failed', async () => {
  const base_url = `http://127.0.0.1:${await freePort()}/v1`
  expect((await checkModel({ base_url, api_key: undefined, model: 'm' }, signal)).status).toBe('failed')
})

describe('the database', () => {
  const check = nodeChecks.find(({ name }) => name === 'database')
  const look = (env: Record<string, string> = {}) => check?.run(config(env), signal)

  test('that is there and current is fine; one without tables is a warning; none at the address has failed', async () => {
    const [current, empty] = [await createTestDatabase(), await createTestDatabase({ empty: true })]
    try {
      expect(await look({ DATABASE_URL: current.url })).toMatchObject([
        { status: 'ok', text: expect.stringMatching(/PostgreSQL \d+.* up to date/) },
      ])
      expect(await look({ DATABASE_URL: empty.url })).toMatchObject([
        { status: 'warning', todo: expect.stringContaining('cortex migrate') },
      ])
      const nowhere = `postgres://u:hunter2@127.0.0.1:${await freePort()}/d`
      await expect(look({ DATABASE_URL: nowhere })).rejects.toThrow(/^(?!.*hunter2)/)
    } finally {
      await current.drop()
      await empty.drop()
    }
  })

  test('of a node that never started will be made', async () => {
    expect(await look()).toMatchObject([{ status: 'ok', text: expect.stringContaining('the first start') }])
  })
})
