import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { processesOf } from '../../src/db/embedded/left-over.ts'
import { currentHome, outsideFolder } from '../../src/db/embedded/place.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded/start.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { quiet } from '../support/quiet-logger.ts'
import { copyCheckout, temporaryFolder } from './checkout-copy.ts'
import { startNodeProcess } from './node-process.ts'

const isRoot = process.getuid?.() === 0
const nobody = 65_534
const checkout = join(import.meta.dirname, '../..')

const clusterOf = (dataDir: string): string => join(currentHome(dataDir), 'cluster')
const uidOf = (pid: number): number => statSync(`/proc/${pid}`).uid
const postmasterOf = (dataDir: string): number =>
  Number(readFileSync(join(clusterOf(dataDir), 'postmaster.pid'), 'utf8').split('\n')[0])

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, logger: quiet, durable: false })
  onTestFinished(server.stop)
  return server
}

async function open(url: string | undefined): Promise<Database> {
  const database = await openDatabase({ url: url ?? '', logger: quiet, max: 2, rawMax: 2 })
  onTestFinished(database.close)
  return database
}

test('the data outlives a stop, and after a stop nothing runs', async () => {
  const dataDir = temporaryFolder()
  const beganAt = performance.now()
  const first = await start(dataDir)
  const firstMs = Math.round(performance.now() - beganAt)
  const before = await open(first.url)
  await before.sql`create table kept as select 42 as answer`
  await before.close()
  await Promise.all([first.stop(), first.stop()])
  expect(processesOf(clusterOf(dataDir))).toEqual([])
  const againAt = performance.now()
  const second = await start(dataDir)
  console.log(`first start ${firstMs} ms, second ${Math.round(performance.now() - againAt)} ms`)
  expect(await (await open(second.url)).sql`select answer from kept`).toEqual([{ answer: 42 }])
})

test('the node works as a role that is no superuser', async () => {
  const database = await open((await start(temporaryFolder())).url)
  const [role] = await database.sql`
    select current_user as name, (select rolsuper from pg_roles where rolname = current_user) as super`
  expect(role).toEqual({ name: 'cortex', super: false })
})

test('secrets and the socket are closed to other users', async () => {
  const dataDir = temporaryFolder()
  await start(dataDir)
  const home = currentHome(dataDir)
  expect(statSync(join(home, 'password')).mode & 0o777).toBe(0o600)
  expect(statSync(join(home, 'cluster')).mode & 0o777).toBe(0o700)
  expect(statSync(join(home, 'run')).mode & 0o777).toBe(0o700)
})

describe('who runs it', () => {
  test.runIf(isRoot)('as root the server runs under another uid', async () => {
    const dataDir = temporaryFolder()
    await start(dataDir)
    const uids = processesOf(clusterOf(dataDir)).map(uidOf)
    expect(uids.length).toBeGreaterThan(0)
    expect(uids).not.toContain(0)
  })

  test.runIf(isRoot)('from a checkout that only root may enter it runs, and notes where its data is', async () => {
    const folder = temporaryFolder()
    const { checkout: closed, node } = copyCheckout(folder)
    const dataDir = join(folder, 'data')
    const started = await startNodeProcess({ dataDir, checkout: closed, node })
    expect(started.error).toBeUndefined()
    expect(currentHome(dataDir).startsWith(outsideFolder)).toBe(true)
    expect(started.logs.join()).toContain(outsideFolder)
    await (
      await open(started.url)
    ).sql`select 1`
    expect(uidOf(postmasterOf(dataDir))).not.toBe(0)
    await started.end('SIGTERM')
    expect((await startNodeProcess({ dataDir, checkout: closed, node })).error).toBeUndefined()
  })

  test('an ordinary user runs it as himself', async () => {
    const folder = temporaryFolder()
    const dataDir = join(folder, 'data')
    const copy = copyCheckout(folder)
    chmodSync(folder, 0o755)
    mkdirSync(dataDir)
    if (isRoot) chownSync(dataDir, nobody, nobody)
    const uid = isRoot ? nobody : undefined
    const started = await startNodeProcess({ dataDir, checkout: copy.checkout, node: copy.node, uid, home: dataDir })
    expect(started.error).toBeUndefined()
    expect(uidOf(postmasterOf(dataDir))).toBe(uid ?? process.getuid?.())
    await started.end('SIGTERM')
  })
})

describe('faults', () => {
  test('after kill -9 of the node the next one has the data and the place of the server left behind', async () => {
    const dataDir = temporaryFolder()
    const killed = await startNodeProcess({ dataDir, checkout })
    const before = await open(killed.url)
    await before.sql`create table kept as select 42 as answer`
    const left = postmasterOf(dataDir)
    await killed.end('SIGKILL')
    expect(uidOf(left)).toBeGreaterThanOrEqual(0)
    await before.close()
    const next = await start(dataDir)
    expect(await (await open(next.url)).sql`select answer from kept`).toEqual([{ answer: 42 }])
    expect(postmasterOf(dataDir)).not.toBe(left)
    expect(processesOf(clusterOf(dataDir))).not.toContain(left)
  })

  test('a PostgreSQL that dies is started again, and open pools and listeners work again', async () => {
    const dataDir = temporaryFolder()
    const database = await open((await start(dataDir)).url)
    await database.sql`create table kept as select 42 as answer`
    const heard: string[] = []
    await database.sql.listen('news', (text) => heard.push(text))
    for (const round of [1, 2]) {
      const old = postmasterOf(dataDir)
      process.kill(old, 'SIGKILL')
      await vi.waitFor(
        async () => {
          expect(await database.sql`select answer from kept`, `round ${round}`).toEqual([{ answer: 42 }])
          expect(postmasterOf(dataDir)).not.toBe(old)
          await database.db.execute(`notify news, 'round ${round}'`)
          expect(heard).toContain(`round ${round}`)
        },
        { timeout: 20_000, interval: 100 },
      )
    }
  })

  test('a stop while the server is being started again leaves nothing running', async () => {
    const dataDir = temporaryFolder()
    const server = await start(dataDir)
    process.kill(postmasterOf(dataDir), 'SIGKILL')
    await server.stop()
    await vi.waitFor(() => expect(processesOf(clusterOf(dataDir))).toEqual([]), { timeout: 20_000 })
  })

  test('a pid file whose pid belongs to another program by now does not keep the server from starting', async () => {
    const dataDir = temporaryFolder()
    const server = await start(dataDir)
    const file = join(clusterOf(dataDir), 'postmaster.pid')
    const text = readFileSync(file, 'utf8')
    await server.stop()
    writeFileSync(file, text.replace(/^\d+/, String(process.pid)), { mode: 0o600 })
    expect((await start(dataDir)).url).toBe(server.url)
  })
})

describe('what is refused', () => {
  test.runIf(isRoot)('a data folder that root used before, when an ordinary user starts there', async () => {
    const folder = temporaryFolder()
    const dataDir = join(folder, 'data')
    const copy = copyCheckout(folder)
    chmodSync(folder, 0o755)
    await (await start(dataDir)).stop()
    chmodSync(dataDir, 0o755)
    const refused = await startNodeProcess({ dataDir, checkout: copy.checkout, node: copy.node, uid: nobody })
    expect(refused.error).toMatch(/Did another user make it|permission denied/)
  })

  test('a second node in the same data folder, with the pid of the first', async () => {
    const dataDir = temporaryFolder()
    await start(dataDir)
    const second = await startNodeProcess({ dataDir, checkout })
    expect(second.error).toContain(`in use by another node (pid ${process.pid})`)
    await expect(startEmbeddedPostgres({ dataDir, logger: quiet })).rejects.toThrow('in use by another node')
  })

  test('two nodes that start in the same data folder at the same moment: exactly one runs', async () => {
    const dataDir = temporaryFolder()
    const both = await Promise.all([startNodeProcess({ dataDir, checkout }), startNodeProcess({ dataDir, checkout })])
    expect(both.filter((one) => one.url !== undefined)).toHaveLength(1)
    expect(both.filter((one) => one.error?.includes('in use by another node'))).toHaveLength(1)
  })

  test('a cluster of another major version, which stays as it is', async () => {
    const dataDir = temporaryFolder()
    const server = await start(dataDir)
    await server.stop()
    writeFileSync(join(clusterOf(dataDir), 'PG_VERSION'), '17\n')
    await expect(startEmbeddedPostgres({ dataDir, logger: quiet })).rejects.toThrow('was made by PostgreSQL 17')
  })
})
