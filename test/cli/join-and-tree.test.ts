import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { freePort } from '../../src/db/embedded/free-port.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startNodeProcess, type NodeProcess } from '../support/node-process.ts'
import { cortex, newDataDir, program, rootVariables } from './run-cortex.ts'

const token = 'let-me-in-please'
const password = 'correct horse'
let database: TestDatabase
let root: NodeProcess
let rootFolder: string
let nobodyUrl: string
beforeAll(async () => {
  database = await createTestDatabase()
  nobodyUrl = `http://127.0.0.1:${await freePort()}`
  const variables = await rootVariables('/nonexistent')
  rootFolder = mkdtempSync(join(tmpdir(), 'cortex-cli-root-'))
  root = await startNodeProcess({
    ...variables,
    CORTEX_DATA_DIR: rootFolder,
    DATABASE_URL: database.url,
    CORTEX_RATE_LIMIT_AUTH_PER_MINUTE: '1000',
  })
})
afterAll(async () => {
  await root.end('SIGTERM')
  await database.drop()
  rmSync(rootFolder, { recursive: true, force: true })
})

describe('cortex join', { timeout: 60_000 }, () => {
  test('after it, start without any option runs a leaf of that parent', async () => {
    const env = { CORTEX_DATA_DIR: newDataDir() }
    const joined = await cortex(['join', root.url, '--token', token, '--id', 'web-1', '--name', '一号机'], env)
    expect(joined, joined.stderr).toMatchObject({ code: 0 })
    expect(joined.stdout).toContain('web-1 is registered at top')
    expect(joined.stdout).toMatch(/^ {2}\S.* start$/m)
    expect(joined.stdout).not.toContain(token)
    const leaf = await startNodeProcess({
      ...env,
      CORTEX_PORT: String(await freePort()),
      CORTEX_REPORT_INTERVAL_S: '0.2',
    })
    try {
      const self = await (await fetch(`${leaf.url}/api/v1/self`)).json()
      expect(self).toMatchObject({
        data: { agent_id: 'web-1', name: '一号机', parts: ['probe', 'upstream'], lineage: ['top'] },
      })
      await expect
        .poll(async () => (await tree(['--json', '--root', 'web-1'])).stdout, { timeout: 20_000, interval: 200 })
        .toContain('"status": "online"')
      const shown = (await tree([])).stdout
      expect(shown).toMatch(/^[●▲◆] top/)
      expect(shown).toMatch(/^└─ [●▲◆] web-1 \(一号机\) +(healthy|warning|critical).* · seen \d+ s ago$/m)
      expect(shown).not.toContain('\u001b')
      expect((await cortex(['doctor'], { ...env, CORTEX_PORT: new URL(leaf.url).port })).stdout).toMatch(
        /^ok +parent +.* answers and takes the key of web-1\nok +port +web-1 runs and listens on/m,
      )
    } finally {
      await leaf.end('SIGTERM')
    }
  })

  test('again at the same parent changes nothing; what a person wrote into the file stays', async () => {
    const env = { CORTEX_DATA_DIR: newDataDir() }
    const file = join(env.CORTEX_DATA_DIR, 'cortex.yaml')
    await cortex(['join', root.url, '--token', token, '--id', 'web-2'], env)
    writeFileSync(file, `${readFileSync(file, 'utf8')}# mine\nlog: { level: error }\n`)
    const text = readFileSync(file, 'utf8')
    expect((await cortex(['join', root.url, '--token', token], env)).stdout).toContain('is as it was')
    expect(readFileSync(file, 'utf8')).toBe(text)
    const other = root.url.replace('127.0.0.1', 'localhost')
    expect((await cortex(['join', other, '--token', token], env)).stdout).toContain(`the one before is ${file}.old`)
    expect(parse(readFileSync(file, 'utf8'))).toMatchObject({ upstream: { urls: [other] }, log: { level: 'error' } })
    expect(readFileSync(`${file}.old`, 'utf8')).toBe(text)
  })

  test('a config file of its own has to name the parent, and is not written to', async () => {
    const dataDir = newDataDir()
    const file = join(dataDir, '..', 'mine.yaml')
    const config = (url: string) =>
      `node: {id: web-3}\ndata_dir: data\nmonitor: {enabled: false}\nupstream: {urls: [${url}]}\n`
    writeFileSync(file, config('http://127.0.0.1:9'))
    const refused = await cortex(['join', root.url, '--token', token, '--config', file], {})
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain(`does not name ${root.url} as a parent`)
    writeFileSync(file, config(root.url))
    const joined = await cortex(['join', root.url, '--token', token, '--config', file], {})
    expect(joined, joined.stderr).toMatchObject({ code: 0 })
    expect(joined.stdout).toContain(` start --config ${file}`)
    expect(readFileSync(file, 'utf8')).toBe(config(root.url))
  })

  test.each([
    ['a wrong token', () => [root.url, '--token', 'not-this-one', '--id', 'x'], /refuses this registration token/],
    ['no token', () => [root.url], /--token/],
    ['a name that is taken', () => [root.url, '--token', token, '--id', 'top'], /refuses the name top.*\n.*--id/],
    ['nobody there', () => [nobodyUrl, '--token', token], /cannot be reached: nobody listens at this address/],
    ['a host that is none', () => ['http://no.such.host.invalid', '--token', token], /cannot be reached: /],
    ['TLS where there is none', () => [root.url.replace('http:', 'https:'), '--token', token], /does not speak TLS/],
    ['what is no address', () => ['ten.0.0.1', '--token', token], /is not an address such as/],
  ])('%s is told in one plain sentence, and nothing is written', async (_what, args, message) => {
    const dataDir = newDataDir()
    const { code, stdout, stderr } = await cortex(['join', ...args()], { CORTEX_DATA_DIR: dataDir })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/ {4}at |because:/)
    expect(() => readFileSync(join(dataDir, 'cortex.yaml'))).toThrow('ENOENT')
  })

  test('a web server that is no monitor is told apart', async () => {
    const server = createServer((_request, response) => response.writeHead(404).end('<h1>not here</h1>'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    try {
      const { code, stderr } = await cortex(['join', url, '--token', token], { CORTEX_DATA_DIR: newDataDir() })
      expect(code).toBe(1)
      expect(stderr).toContain('is no Cortex monitor')
      expect((await cortex(['tree', '--url', url, '--token', 't'], {})).stderr).toContain('is no Cortex monitor')
    } finally {
      server.close()
    }
  })
})

const tree = (args: string[], env: Record<string, string> = { CORTEX_ADMIN_PASSWORD: password }) =>
  cortex(['tree', '--url', root.url, ...args], { CORTEX_DATA_DIR: '/nonexistent', ...env })

describe('cortex tree', { timeout: 60_000 }, () => {
  test('--json is the answer of the API', async () => {
    const { code, stdout } = await tree(['--json', '--depth', '0'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ root: { agent_id: 'top', level: 0, children: [] } })
  })

  test('who is not logged in, and what is not there, is told', async () => {
    expect(await tree([], {})).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not logged in: give --token'),
    })
    expect(await tree(['--token', 'x'], {})).toMatchObject({ code: 1, stderr: 'cortex: The token is not valid\n' })
    expect(await tree([], { CORTEX_ADMIN_PASSWORD: 'wrong horse' })).toMatchObject({ code: 1 })
    expect(await tree(['--root', 'nowhere'])).toMatchObject({ code: 1, stdout: '' })
    expect(await cortex(['tree', '--url', nobodyUrl, '--token', 't'], {})).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nobody listens'),
    })
  })

  test('--watch shows the tree again when a node joins, and ends well on Ctrl-C', async () => {
    const child = spawn(process.execPath, [program, 'tree', '--url', root.url, '--watch'], {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', CORTEX_ADMIN_PASSWORD: password },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    try {
      let out = ''
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk))
      await expect.poll(() => out, { timeout: 20_000 }).toMatch(/^[●▲◆] top/)
      expect(out).not.toContain('late-1')
      await cortex(['join', root.url, '--token', token, '--id', 'late-1'], { CORTEX_DATA_DIR: newDataDir() })
      await expect.poll(() => out, { timeout: 20_000 }).toContain('late-1')
      child.kill('SIGINT')
      expect(await ended).toBe(0)
      expect(out).not.toContain('\u001b')
    } finally {
      child.kill('SIGKILL')
    }
  })

  test('no control character of a name reaches the terminal', async () => {
    const name = 'evil\u001b[2J\u009b31m\u202ename'
    const body = { agent_id: 'evil', name, registration_token: token, node_uid: 'evil-node-uid' }
    const registered = await fetch(`${root.url}/api/v1/cluster/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(registered.status).toBe(200)
    const { stdout } = await tree([])
    expect(stdout).toContain('evil (evil')
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })
})
