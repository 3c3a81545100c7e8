import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CommandContext, ExitCode } from '../../src/cli/command-line.ts'
import { keyCommands } from '../../src/cli/keys-run.ts'
import { userCommands } from '../../src/cli/users-run.ts'
import { openDatabase } from '../../src/db/open.ts'
import { expectData, expectError, login } from '../support/http.ts'
import { quiet } from '../support/quiet-logger.ts'
import { type AuthNode, adminPassword, startAuthNode } from './auth-node.ts'

let node: AuthNode
let folder: string
let typed = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'auth-cli-'))
  node = await startAuthNode()
  await node.users.ensureAdmin(adminPassword)
  await node.addNode('web-1')
})
afterAll(async () => {
  await node?.close()
  rmSync(folder, { recursive: true, force: true })
})

const open = () => openDatabase({ url: node.databaseUrl, logger: quiet, max: 2, rawMax: 1 })
const users = userCommands({ open, readPassword: async () => typed })
const keys = keyCommands({ open, clock: Date.now })

/** Runs a command as the program does, beside the node that is running on the same database. */
async function run<Options>(
  command: (options: Options, context: CommandContext) => Promise<ExitCode>,
  options: Options,
  env: NodeJS.ProcessEnv = {},
): Promise<{ out: string; err: string }> {
  const written = { out: '', err: '' }
  const code = await command(options, {
    env: { HOME: folder, CORTEX_DATA_DIR: folder, ...env },
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
  })
  expect(code).toBe(0)
  return written
}

test('a person added at the command line may log in; disabled no longer, enabled again', async () => {
  typed = 'good-password'
  await run(users.add, { username: 'ann', role: 'operator' })
  await login(node.client, 'ann', typed)
  await run(users.role, { username: 'ann', role: 'viewer' })
  const client = await login(node.client, 'ann', typed)
  expect(expectData(await client.get('/auth/me'))).toMatchObject({ role: 'viewer' })

  await run(users.disable, { username: 'ANN' })
  expectError(await node.client.post('/auth/login', { username: 'ann', password: typed }), 401, 'UNAUTHORIZED')
  node.time.offsetMs = 5_000
  expectError(await client.get('/auth/me'), 401, 'UNAUTHORIZED')
  await run(users.enable, { username: 'ann' })
  typed = 'better-password'
  await run(users.password, { username: 'ann' })
  await login(node.client, 'ann', typed)

  expect((await run(users.list, {})).out).toMatch(/^USERNAME +ROLE[^]*\nann +viewer +active/)
  expect(JSON.parse((await run(users.list, { json: true })).out)).toContainEqual(
    expect.objectContaining({ username: 'ann', role: 'viewer', disabled: false }),
  )
  await run(users.remove, { username: 'ann' })
  await expect(run(users.remove, { username: 'ann' })).rejects.toThrow('no such user')
})

test('mistakes are named and change nothing', async () => {
  typed = 'short'
  await expect(run(users.add, { username: 'eve', role: 'admin' })).rejects.toThrow('password')
  typed = 'good-password'
  await expect(run(users.add, { username: 'e v e', role: 'admin' })).rejects.toThrow('username')
  await expect(run(users.add, { username: 'Admin', role: 'viewer' })).rejects.toThrow('already')
  await expect(run(users.disable, { username: 'admin' })).rejects.toThrow('At least one active admin')
  await expect(run(keys.create, { agentId: 'nobody' })).rejects.toThrow('no node nobody')
  await expect(run(keys.revoke, { agentId: 'nobody' })).rejects.toThrow('no node nobody')
  expect(JSON.parse((await run(users.list, { json: true })).out)).toHaveLength(1)
})

test('a key made at the command line works until all keys of the node are revoked', async () => {
  const { out } = await run(keys.create, { agentId: 'web-1' })
  expect(out).toMatch(/^cortex_ak_[0-9a-f]{64}\n$/)
  const client = node.client.withKey(out.trim())
  expectData(await client.post('/reporting'))
  expect((await run(keys.list, { agentId: 'web-1' })).out).toMatch(/\n\d+ +web-1 +active/)
  expect((await run(keys.list, {})).out).not.toContain('cortex_ak_')

  expect((await run(keys.revoke, { agentId: 'web-1' })).out).toBe('1 key of web-1 revoked\n')
  node.time.offsetMs += 5_000
  expectError(await client.post('/reporting'), 401, 'UNAUTHORIZED')
  expect(JSON.parse((await run(keys.list, { json: true })).out)).toContainEqual(
    expect.objectContaining({ agent_id: 'web-1', status: 'revoked' }),
  )
})

test('what is done at the command line is in the audit log', async () => {
  const rows = await node.database
    .sql`select distinct action from audit_log where actor = 'cli' and actor_kind = 'system' order by action`
  expect(rows.map((row) => row.action)).toEqual([
    'key.create',
    'key.revoke',
    'user.change',
    'user.create',
    'user.delete',
  ])
})

test('a node without a monitor says so', async () => {
  const leaf = {
    CORTEX_MONITOR_ENABLED: 'false',
    CORTEX_UPSTREAM_URL: 'http://127.0.0.1:9',
    CORTEX_UPSTREAM_TOKEN: 'x',
  }
  await expect(run(users.list, {}, leaf)).rejects.toThrow('no monitor')
})
