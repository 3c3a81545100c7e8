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
import { browserPath, firstUse, openBrowser, openTab, type StorageState, watch, type Watched } from '../support/tab.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'

const reporters = 50
/** Each changes the health of its node, so each makes two events. */
const reportsPerSecond = 25
const pages = ['overview', 'nodes', 'nodes?view=matrix']

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
  rows.push(...(await measureSteady(browser, system, { ...shared, keys, watchMs: scene.quick ? 9_000 : 24_000 })))
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
  const ours: Array<Awaited<ReturnType<typeof firstUse>>> = []
  const bare: typeof ours = []
  for (let round = 0; round < rounds; round += 1) {
    for (const [url, into] of [[`${root.url}/overview`, ours] as const, [bareUrl, bare] as const]) {
      const tab = await openTab(browser, signedIn)
      into.push(await firstUse(tab, url))
      await tab.context().close()
    }
  }
  const [ourMs, bareMs] = [ours, bare].map((uses) => medianOf(uses.map(({ afterMs }) => afterMs))) as [number, number]
  return [
    {
      what: 'dashboard /overview, 5,000 nodes, usable after',
      ours: ms(ourMs),
      bare: ms(bareMs),
      ratio: ratio(ourMs / bareMs),
      note: `a click on a row answered in 100 ms; ${rounds} times, nothing cached; longest task then ${ms(Math.max(...ours.map(({ longestTaskMs }) => longestTaskMs)))}; bare: a static page`,
    },
  ]
}

async function measureSteady(
  browser: Browser,
  system: CDPSession,
  given: { root: CortexNode; bareUrl: string; signedIn: StorageState; keys: readonly Reporter[]; watchMs: number },
): Promise<Row[]> {
  const { root, keys, bareUrl, signedIn, watchMs } = given
  const idle = await openTab(browser)
  await idle.goto(bareUrl)
  await sleep(2_000)
  const bare = await watch(idle, system, watchMs)
  await idle.close()

  const page = await openTab(browser, signedIn)
  const rows: Row[] = []
  for (const path of pages) {
    await page.goto(`${root.url}/${path}`)
    const sender = report(root, keys)
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await sleep(3_000)
    const ours = await watch(page, system, watchMs)
    await sender.stop()
    rows.push(...rowsOf(`dashboard /${path}, 5,000 nodes`, ours, bare))
  }
  return rows
}

function rowsOf(what: string, ours: Watched, bare: Watched): Row[] {
  return [
    {
      what: `${what}, share of a core`,
      ours: `${digits(ours.share * 100)} %`,
      bare: `${digits(bare.share * 100)} %`,
      ratio: ratio(ours.share / bare.share),
      note: `${digits(ours.eventsPerSecond)} events/s; bare: the same to a static page`,
    },
    {
      what: '  longest from one frame to the next',
      ours: ms(ours.longestFrameMs),
      bare: ms(bare.longestFrameMs),
      ratio: ratio(ours.longestFrameMs / bare.longestFrameMs),
      note: `over 50 ms: ${ours.lateFrames}, bare ${bare.lateFrames}; longest task ${ms(ours.longestTaskMs)}, bare ${ms(bare.longestTaskMs)} (0: none of 50 ms)`,
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
