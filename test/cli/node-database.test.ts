import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ExitCode } from '../../src/cli/command-line.ts'
import { closedFolders } from '../../src/db/embedded/reach.ts'
import { createTestDatabase } from '../support/database.ts'
import { startNodeProcess } from '../support/node-process.ts'
import { cortex, newDataDir, rootVariables } from './run-cortex.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65_534
const isOpenToAll = closedFolders(resolve(import.meta.dirname, '../..'), { uid: nobody, gid: nobody }).length === 0
const accounts: { who: string; uid: number | undefined }[] = [
  { who: 'as the user of this test', uid: undefined },
  ...(isRoot && isOpenToAll ? [{ who: 'as an ordinary user', uid: nobody }] : []),
]

describe('commands on the database of a node', { timeout: 120_000 }, () => {
  test('a node that was never started has none, and that is said', async () => {
    const env = { CORTEX_DATA_DIR: newDataDir() }
    const listed = await cortex(['users', 'list'], env)
    expect(listed).toMatchObject({ code: ExitCode.failure, stdout: '' })
    expect(listed.stderr).toMatch(/There is no database in .* run cortex start or cortex migrate first/)
    expect((await cortex(['migrate', '--check'], env)).code).toBe(ExitCode.failure)
    expect(existsSync(env.CORTEX_DATA_DIR)).toBe(false)
  })

  test.each(accounts)('$who: made by migrate, used while nobody runs it, and left stopped', async ({ uid }) => {
    const dataDir = newDataDir({ owner: uid })
    const env = { CORTEX_DATA_DIR: dataDir }
    const run = (args: string[], stdin?: string) =>
      cortex(args, env, { ...(stdin === undefined ? {} : { stdin }), ...(uid === undefined ? {} : { uid }) })
    expect((await run(['migrate'])).stdout).toMatch(/^applied: 0000/)
    expect(await run(['migrate', '--check'])).toMatchObject({ code: 0, stdout: 'the database is up to date\n' })
    expect(await run(['users', 'add', 'ann', '--role', 'operator'], 'long enough\n')).toMatchObject({ code: 0 })
    expect((await run(['users', 'list'])).stdout).toMatch(/ann +operator +active/)
    expect(existsSync(`${dataDir}/postgres/cluster/postmaster.pid`)).toBe(false)
  })

  test('used beside the node that runs it, which goes on and sees the change', async () => {
    const dataDir = newDataDir()
    const env = await rootVariables(dataDir)
    const node = await startNodeProcess(env)
    try {
      expect((await cortex(['users', 'list'], env)).stdout).toMatch(/admin +admin +active/)
      expect((await cortex(['keys', 'list', '--json'], env)).stdout).toContain('"agent_id": "top"')
      expect((await cortex(['migrate', '--check'], env)).code).toBe(0)
      expect(await cortex(['users', 'add', 'ann'], env, { stdin: 'long enough\n' })).toMatchObject({ code: 0 })
      const login = await fetch(`${node.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'ann', password: 'long enough' }),
      })
      expect(login.status).toBe(200)
    } finally {
      expect(await node.end('SIGTERM')).toBe(0)
    }
  })

  test.runIf(isRoot && isOpenToAll)('another user who may not read the data folder is told so', async () => {
    const dataDir = newDataDir()
    expect((await cortex(['migrate'], { CORTEX_DATA_DIR: dataDir })).code).toBe(0)
    const { code, stderr } = await cortex(['users', 'list'], { CORTEX_DATA_DIR: dataDir }, { uid: 12_345 })
    expect(code).toBe(ExitCode.failure)
    expect(stderr).toMatch(/may not read the data folder .*: run the command as the user of that node, or as root/)
  })

  test('DATABASE_URL is used instead; a database without our tables is named as such', async () => {
    const database = await createTestDatabase({ empty: true })
    try {
      const env = { CORTEX_DATA_DIR: newDataDir(), DATABASE_URL: database.url }
      expect((await cortex(['users', 'list'], env)).stderr).toMatch(
        /lacks the migrations 0000.*run cortex migrate first/,
      )
      expect(await cortex(['migrate', '--check'], env)).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/^missing: /),
      })
      expect((await cortex(['migrate'], env)).code).toBe(0)
      expect((await cortex(['users', 'list'], env)).code).toBe(0)
      expect(existsSync(env.CORTEX_DATA_DIR) ? readdirSync(env.CORTEX_DATA_DIR) : []).toEqual([])
    } finally {
      await database.drop()
    }
  })

  test('a leaf has no database, and that is said', async () => {
    const env = { CORTEX_DATA_DIR: newDataDir(), CORTEX_MONITOR_ENABLED: 'false', CORTEX_UPSTREAM_URL: 'http://p' }
    for (const args of [['users', 'list'], ['keys', 'list'], ['migrate']]) {
      expect((await cortex(args, env)).stderr).toContain('This node has no monitor')
    }
  })
})
