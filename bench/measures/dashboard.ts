import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, CDPSession } from 'playwright-core'
import { type CortexNode, monitorOver, password, register, startCortex } from '../support/cortex.ts'
import { plantTree } from '../support/planted-tree.ts'
import { startProgram } from '../support/program.ts'
import { reportParts } from '../support/report.ts'
import { medianOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import {
  browserPath,
  type FirstUse,
  firstUse,
  openBrowser,
  openTab,
  type StorageState,
  watch,
  type Watched,
} from '../support/tab.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'

const reporters = 50
/** Each changes the health of its node, so each makes two events. */
const reportsPerSecond = 25
/** Before a page is watched: what it loads is there, and events are on their way. */
const settleMs = 4_000
const watchMs = 9_000
const pages = ['overview', 'nodes']

/**
 * What a tab costs that shows 5,000 nodes while 50 events a second arrive, how evenly it draws, and after how long it can
 * be used. Bare: a static page of the same shape whose rows change with the same number of events.
 */
export async function measureDashboard(scene: Scene): Promise<Row[]> {
  const built = join(import.meta.dirname, '../../dist/web/files.json')
  if (!existsSync(browserPath) || !existsSync(built)) {
    console.error(`bench: the dashboard is left out: it needs ${browserPath} and \`npm run build:web\``)
    return []
  }
  const databaseUrl = await scene.newDatabase('dashboard')
  // The nodes below the regions are rows: nobody calls them silent in the time of the run.
  const root = await startCortex(scene, 'dashboard-root', {
    ...monitorOver(databaseUrl),
    CORTEX_OFFLINE_AFTER_S: '86400',
  })
  await plantTree(scene, databaseUrl, { regions: 50, leavesPerRegion: 98 })
  const keys = await Promise.all(
    Array.from({ length: reporters }, async (_, at) => ({
      agentId: `live-${at}`,
      key: await register(root, `live-${at}`),
    })),
  )
  const bare = await startProgram('bare-page', { eventsPerSecond: 2 * reportsPerSecond })
  scene.onEnd(() => bare.stop())
  const bareUrl = `http://127.0.0.1:${bare.port}`
  const { browser, system } = await openBrowser(scene)

  const shared = { root, bareUrl, signedIn: await signIn(browser, root) }
  const rows = await measureFirstUse(browser, { ...shared, rounds: scene.quick ? 3 : 9 })
  rows.push(...(await measureSteady(browser, system, { ...shared, keys, rounds: scene.quick ? 1 : 3 })))
  await browser.close()
  await bare.stop()
  await root.stop()
  return rows
}

async function signIn(browser: Browser, root: CortexNode): Promise<StorageState> {
  const page = await browser.newPage()
  await page.goto(root.url)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', password)
  await page.click('button[type=submit]')
  await page.waitForURL('**/overview')
  const state = await page.context().storageState()
  await page.close()
  return state
}

/** Both in turns, each time with an empty cache, signed in already. */
async function measureFirstUse(
  browser: Browser,
  given: { root: CortexNode; bareUrl: string; signedIn: StorageState; rounds: number },
): Promise<Row[]> {
  const { root, bareUrl, signedIn, rounds } = given
  const [ours, bare]: [FirstUse[], FirstUse[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    for (const [url, into] of [[`${root.url}/overview`, ours] as const, [bareUrl, bare] as const]) {
      const tab = await openTab(browser, signedIn)
      into.push(await firstUse(tab, url))
      await tab.context().close()
    }
  }
  return [
    {
      what: 'dashboard /overview, 5,000 nodes, usable after',
      ...compared(ours, bare, ({ afterMs }) => afterMs),
      note: `a click on a row answered in 100 ms; ${rounds} times, nothing cached; bare: a static page`,
    },
    {
      what: '  its main thread until all is there, on a core',
      ...compared(ours, bare, ({ tasks }) => tasks.allCpuMs),
      note: `longest task ${ms(medianOf(ours.map(({ tasks }) => tasks.longestCpuMs)))}, bare ${ms(medianOf(bare.map(({ tasks }) => tasks.longestCpuMs)))}`,
    },
  ]
}

/** The medians of a time, and how they stand to each other. */
function compared<One>(ours: readonly One[], bare: readonly One[], timeOf: (one: One) => number) {
  const [ourMs, bareMs] = [medianOf(ours.map(timeOf)), medianOf(bare.map(timeOf))]
  return { ours: ms(ourMs), bare: ms(bareMs), ratio: ratio(ourMs / bareMs) }
}

/** Both in turns. */
async function measureSteady(
  browser: Browser,
  system: CDPSession,
  given: { root: CortexNode; bareUrl: string; signedIn: StorageState; keys: readonly Reporter[]; rounds: number },
): Promise<Row[]> {
  const { root, bareUrl, signedIn, keys, rounds } = given

  async function watchAt(url: string): Promise<Watched> {
    const tab = await openTab(browser, signedIn)
    await tab.goto(url)
    await sleep(settleMs)
    const watched = await watch(tab, system, watchMs)
    await tab.context().close()
    return watched
  }

  const rows: Row[] = []
  for (const path of pages) {
    const [ours, bare]: [Watched[], Watched[]] = [[], []]
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await watchAt(bareUrl))
      const sender = report(root, keys)
      ours.push(await watchAt(`${root.url}/${path}`))
      await sender.stop()
    }
    rows.push(...rowsOf(`dashboard /${path}, 5,000 nodes`, ours, bare))
  }
  return rows
}

function rowsOf(what: string, ours: readonly Watched[], bare: readonly Watched[]): Row[] {
  const middle = (watched: readonly Watched[], figure: (one: Watched) => number) => medianOf(watched.map(figure))
  const [ourShare, bareShare] = [middle(ours, ({ share }) => share), middle(bare, ({ share }) => share)]
  const waited = ({ tasks }: Watched) => tasks.longestMs
  const late = (watched: readonly Watched[]) => watched.reduce((sum, { lateFrames }) => sum + lateFrames, 0)
  return [
    {
      what: `${what}, share of a core`,
      ours: `${digits(ourShare * 100)} %`,
      bare: `${digits(bareShare * 100)} %`,
      ratio: ratio(ourShare / bareShare),
      note: `${digits(middle(ours, ({ eventsPerSecond }) => eventsPerSecond))} events/s; bare: the same to a static page; rounds: ${ours.length}`,
    },
    {
      what: '  longest task, time on a core',
      ...compared(ours, bare, ({ tasks }) => tasks.longestCpuMs),
      note: `with the time it waited for one ${ms(middle(ours, waited))}, bare ${ms(middle(bare, waited))}`,
    },
    {
      what: '  longest from one frame to the next',
      ...compared(ours, bare, ({ longestFrameMs }) => longestFrameMs),
      note: `over 50 ms: ${late(ours)}, bare ${late(bare)}`,
    },
  ]
}

interface Reporter {
  agentId: string
  key: string
}

/** Reports in turn for all reporters, each time with the other health. */
function report(root: CortexNode, keys: readonly Reporter[]) {
  let turn = 0
  const sending = new Set<Promise<unknown>>()
  const timer = setInterval(() => {
    const sender = keys[turn % keys.length]
    if (!sender) return
    const isSick = Math.floor(turn / keys.length) % 2 === 0
    turn += 1
    const [head, tail] = reportParts(sender.agentId)
    const text = `${head}"${new Date().toISOString()}"${tail}`
    const body = isSick ? text.replace('"status":"healthy"', '"status":"warning"') : text
    const headers = { 'X-API-Key': sender.key, 'Content-Type': 'application/json' }
    const sent = fetch(`${root.url}/api/v1/reports`, { method: 'POST', headers, body }).then((answer) => answer.text())
    sending.add(sent)
    void sent.finally(() => sending.delete(sent))
  }, 1000 / reportsPerSecond)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.allSettled(sending)
    },
  }
}
