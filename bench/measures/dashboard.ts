import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type CDPSession, type Page } from 'playwright-core'
import { type CortexNode, monitorOver, password, register, startCortex } from '../support/cortex.ts'
import { reportParts } from '../support/report.ts'
import type { Scene } from '../support/scene.ts'
import { digits, type Row } from '../support/table.ts'

const regions = 50
const leavesPerRegion = 98
const reporters = 50
/** Each changes the health of its node, so each makes two events. */
const reportsPerSecond = 25
const browserPath = '/usr/bin/chromium'
const pages = ['overview', 'nodes', 'nodes?view=matrix']

/**
 * What a tab costs that shows 5,000 nodes while 50 events a second arrive: the share of a core that its renderer uses,
 * and the longest that it did not answer. Bare: the same page while nothing happens.
 */
export async function measureDashboard(scene: Scene): Promise<Row[]> {
  const built = join(import.meta.dirname, '../../dist/web/files.json')
  if (!existsSync(browserPath) || !existsSync(built)) {
    console.error(`bench: the dashboard is left out: it needs ${browserPath} and \`npm run build:web\``)
    return []
  }
  const watchMs = scene.quick ? 10_000 : 30_000
  const databaseUrl = await scene.newDatabase('dashboard')
  // The nodes below the regions are rows: nobody calls them silent in the time of the run.
  const root = await startCortex(scene, 'dashboard-root', {
    ...monitorOver(databaseUrl),
    CORTEX_OFFLINE_AFTER_S: '86400',
  })
  await plant(scene, databaseUrl)
  const keys = await Promise.all(
    Array.from({ length: reporters }, async (_, at) => ({
      agentId: `live-${at}`,
      key: await register(root, `live-${at}`),
    })),
  )

  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
  scene.onEnd(() => browser.close())
  const system = await browser.newBrowserCDPSession()
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
  await page.addInitScript(watcher)
  await signIn(page, root)

  const rows: Row[] = []
  for (const path of pages) {
    await page.goto(`${root.url}/${path}`)
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await sleep(2_000)
    const quiet = await watch(page, system, watchMs / 2)
    const sender = report(root, keys)
    await sleep(2_000)
    const busy = await watch(page, system, watchMs)
    await sender.stop()
    rows.push({
      what: `dashboard /${path}, 5,000 nodes, share of a core`,
      ours: `${digits(busy.share * 100)} %`,
      bare: `${digits(quiet.share * 100)} %`,
      ratio: '',
      note: `${digits(busy.events / (watchMs / 1000))} events/s; longest task ${digits(busy.longestMs)} ms, ${busy.long} over 100 ms; bare: no events`,
    })
  }
  await browser.close()
  await root.stop()
  return rows
}

async function plant(scene: Scene, databaseUrl: string): Promise<void> {
  const { sql } = await scene.open(databaseUrl)
  await sql.begin(async (tx) => {
    await tx`
      insert into nodes (agent_id, name, role, parent_id, path)
      select 'region-' || i, 'Region ' || i, 'monitor', n.id, n.path || ('region-' || i)
      from generate_series(1, ${regions}::int) i, nodes n where n.is_self`
    await tx`
      insert into nodes (agent_id, name, role, parent_id, path)
      select n.agent_id || '-leaf-' || i, 'Leaf ' || i, 'probe', n.id, n.path || (n.agent_id || '-leaf-' || i)
      from generate_series(1, ${leavesPerRegion}::int) i, nodes n where n.agent_id like 'region-%'`
    await tx`
      insert into node_states (node_id, status, reported_status, health_status, last_seen_at)
      select id, 'online', 'online', 'healthy', now() from nodes where not is_self`
  })
  await sql`analyze nodes, node_states`
}

async function signIn(page: Page, root: CortexNode): Promise<void> {
  await page.goto(root.url)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', password)
  await page.click('button[type=submit]')
  await page.waitForURL('**/overview')
}

interface Seen {
  events: number
  longTasksMs: number[]
}

/** Counts in the page, before any of its scripts runs. */
const watcher = `
  globalThis.seen = { events: 0, longTasksMs: [] }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.longTasksMs.push(entry.duration)
  }).observe({ type: 'longtask' })
  const Plain = WebSocket
  globalThis.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', () => (seen.events += 1))
    }
  }`

async function watch(page: Page, system: CDPSession, forMs: number) {
  await page.evaluate('seen.events = 0; seen.longTasksMs = []')
  const before = await rendererSeconds(system)
  const beganAt = performance.now()
  await sleep(forMs)
  const tookS = (performance.now() - beganAt) / 1000
  const used = (await rendererSeconds(system)) - before
  const seen = await page.evaluate<Seen>('seen')
  return {
    share: used / tookS,
    events: seen.events,
    longestMs: Math.max(0, ...seen.longTasksMs),
    long: seen.longTasksMs.filter((taskMs) => taskMs > 100).length,
  }
}

async function rendererSeconds(system: CDPSession): Promise<number> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo')
  return processInfo.reduce((sum, each) => sum + (each.type === 'renderer' ? each.cpuTime : 0), 0)
}

/** Reports in turn for all reporters, each time with the other health. */
function report(root: CortexNode, keys: ReadonlyArray<{ agentId: string; key: string }>) {
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
