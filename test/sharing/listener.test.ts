import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openListener } from '../../src/db/listener.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { createTestDatabase } from '../support/database.ts'
import { quiet } from '../support/quiet-logger.ts'
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { until } from '../support/until.ts'

let direct: Database
let proxied: Database
let proxy: TcpProxy
let drop: () => Promise<void>
beforeAll(async () => {
  const scratch = await createTestDatabase()
  drop = scratch.drop
  direct = await openDatabase({ url: scratch.url, logger: quiet, max: 1, rawMax: 2 })
  proxy = await startTcpProxy(scratch.url)
  const behind = new URL(scratch.url)
  behind.host = new URL(proxy.url).host
  proxied = await openDatabase({ url: behind.href, logger: quiet, max: 1, rawMax: 2 })
})
afterAll(async () => {
  await proxy?.close()
  await proxied?.close()
  await direct?.close()
  await drop?.()
})

/** A listener of one channel, what it hears, and how often it has begun to listen. */
async function listenerOf(database: Pick<Database, 'fork' | 'sql'>) {
  const heard: string[] = []
  let begun = 0
  const listener = await openListener({
    database,
    channels: { told: (payload) => heard.push(payload) },
    onListening: () => (begun += 1),
    logger: quiet,
  })
  onTestFinished(() => listener.close())
  const hears = async (word: string) => {
    await until(`${word} is heard`, async () => {
      await direct.sql.notify('told', word)
      return heard.includes(word)
    })
  }
  return { hears, begun: () => begun }
}

test('a connection that was cut without a word is noticed and replaced', async () => {
  let forks = 0
  const fork = (max: number) => (forks++ === 0 ? proxied : direct).fork(max)
  const listener = await listenerOf({ sql: direct.sql, fork })
  await listener.hears('before')
  proxy.halfOpen()
  await until('another connection is made', () => forks > 1, 20_000)
  await listener.hears('after')
  await proxy.heal()
})

test('a database that was away for several tries is heard again, and that something may have been missed is told', async () => {
  let forks = 0
  const fork = (max: number) => {
    forks += 1
    return proxied.fork(max)
  }
  const listener = await listenerOf({ sql: proxied.sql, fork })
  await listener.hears('before')
  const [begun, tries] = [listener.begun(), forks]
  await proxy.refuse()
  await until('it was tried in vain', () => forks > tries + 2, 30_000)
  await proxy.heal()
  await listener.hears('after')
  expect(listener.begun()).toBeGreaterThan(begun)
}, 60_000)
