import { setTimeout as sleep } from 'node:timers/promises'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiContext, ApiEnv } from '../../src/api/http/api-env.ts'
import { createSharedLimits } from '../../src/api/http/shared-use.ts'
import type { LiveMeasurement } from '../../src/contract/better-monitor/monitor-data.ts'
import { AppError } from '../../src/contract/errors.ts'
import { createLiveExchange } from '../../src/monitor/realtime/live-exchange.ts'
import { createLiveFeeds } from '../../src/monitor/realtime/live-feeds.ts'
import { withMeasurements } from '../../src/monitor/realtime/with-measurements.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { generousLimits } from '../support/generous-limits.ts'
import { until } from '../support/until.ts'
import { type Process, type Processes, startProcesses } from './processes.ts'

const logger = createLogger({ level: 'fatal', write: () => undefined })
const at = '2026-11-21T10:00:00.000Z'

let processes: Processes
let here: ReturnType<typeof socketsOf>
let there: ReturnType<typeof socketsOf>
beforeAll(async () => {
  processes = await startProcesses()
  here = socketsOf(await processes.start())
  there = socketsOf(await processes.start())
})
afterAll(async () => {
  for (const one of [here, there]) one?.end()
  await processes?.close()
})

/** What the sockets of a process stand on. */
function socketsOf(process: Process) {
  const { bus, sharing } = process
  const { broadcast } = sharing
  const exchange = createLiveExchange({ broadcast, clock: Date.now })
  const outlet = withMeasurements(sharing.outlet, exchange)
  const pathTo = async (agentId: string) => ['self', agentId]
  const live = createLiveFeeds({ bus, pathTo, readLive: noLink, onOpen: exchange.askFor, logger })
  const leave = exchange.join(live)
  const reports: string[] = []
  bus.on('report_received', ({ agent_id }) => reports.push(agent_id))
  return {
    process,
    outlet,
    exchange,
    live,
    reports,
    end() {
      leave()
      live.close()
    },
  }
}

async function* noLink(): AsyncIterable<LiveMeasurement> {}

/** A report of that node, taken in that process. */
function report(taker: typeof here, agentId: string, cpu_percent = 1): void {
  taker.outlet.emit('report_received', { agent_id: agentId, status: 'healthy', timestamp: at })
  taker.outlet.emit('measured', { agent_id: agentId, at, metrics: { cpu_percent } })
}

test('that a report came is told on the bus of every process, once, however many come', async () => {
  const ids = Array.from({ length: 500 }, (_, number) => `node-${number}`)
  for (const id of ids) report(here, id)
  await until('all are heard', () => there.reports.length >= ids.length)
  report(there, 'back')
  await until('the answer is heard', () => here.reports.includes('back'))
  expect(there.reports).toEqual([...ids, 'back'])
  expect(here.reports).toEqual([...ids, 'back'])
  await processes.cutListeners()
  report(here, 'unheard')
  await until('it is read', () => there.reports.includes('unheard'))
})

test('what a node measures is heard where it is watched, whichever process takes its reports, and only while it is', async () => {
  const heard: Array<number | null> = []
  const stop = there.live.watch('leaf', ({ cpu_usage }) => heard.push(cpu_usage))
  await until('it is known here', () => here.exchange.isWatched('leaf'))
  expect(here.exchange.isWatched('other')).toBe(false)
  report(here, 'leaf', 7)
  report(here, 'other', 8)
  await until('it is heard', () => heard.length > 0)
  report(there, 'leaf', 9)
  expect(heard).toEqual([7, 9])
  stop()
  report(here, 'leaf', 10)
  report(here, 'last')
  await until('everything was heard', () => there.reports.includes('last'))
  expect(heard).toEqual([7, 9])
})

test('an attempt that one process has counted counts in the others', async () => {
  const settings = { ...generousLimits, login_per_minute: 4, reports_per_minute: 6 }
  const limits = [here, there].map(({ process }) => createSharedLimits(settings, process.sharing.broadcast))
  const [one, other] = limits
  if (!one || !other) throw new Error('two processes are needed')
  const context = await requestContext()
  const used = (of: typeof one, kind: 'login' | 'reports') =>
    of.check(context, kind, 'address').then(
      () => false,
      (error: unknown) => error instanceof AppError && error.status === 429,
    )
  for (const kind of ['login', 'reports'] as const) {
    for (let attempt = 0; attempt < 5; attempt++) await one.consume(context, kind, 'address').catch(() => undefined)
    if (kind === 'reports') {
      await sleep(0)
      for (let attempt = 0; attempt < 2; attempt++) await other.consume(context, kind, 'address')
    }
    await until(`the other process refuses ${kind}`, () => used(other, kind))
  }
})

test('what is broken on the way harms nothing', async () => {
  for (const payload of ['', 'x', 'x\nwatched', 'x\nwatched\n{', 'x\nwatched\n{"agent_id":1}', 'x\nused\n[]'])
    await processes.sql.notify('cortex_told', payload)
  await processes.sql.notify('cortex_told', 'x\nwatched\n[]\n"after"')
  await until('what is not broken is heard', () => there.exchange.isWatched('after'))
})

/** The context of a real request. */
async function requestContext(): Promise<ApiContext> {
  const app = new Hono<ApiEnv>()
  const caught = Promise.withResolvers<ApiContext>()
  app.get('/', (c) => {
    caught.resolve(c)
    return c.body(null)
  })
  await app.request('/')
  return await caught.promise
}
