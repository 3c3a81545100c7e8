import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { z } from 'zod'
import type { Scene } from './scene.ts'

export const browserPath = '/usr/bin/chromium'

/** A late frame is one that the person sees as a hitch. */
const lateMs = 50

/** What one tab cost, and how it answered, while nobody touched it. */
export interface Watched {
  /** Of a core, by its renderer. */
  share: number
  eventsPerSecond: number
  /** From one frame to the next, the longest. */
  longestFrameMs: number
  lateFrames: number
  tasks: Tasks
}

/** What the main thread of a page did, by the core that it had; the rest of the time a task waited for one. */
interface Tasks {
  longestCpuMs: number
  /** The longest time in which the page answered nothing. */
  longestMs: number
  allCpuMs: number
}

/** A browser of its own, closed with the scene. */
export async function openBrowser(scene: Scene): Promise<{ browser: Browser; system: CDPSession }> {
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
  scene.onEnd(() => browser.close())
  return { browser, system: await browser.newBrowserCDPSession() }
}

export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>

/** A watched tab of a browser that has nothing cached, and is signed in when `storageState` says so. */
export async function openTab(browser: Browser, storageState?: StorageState): Promise<Page> {
  const page = await browser.newPage({ viewport, locale: 'en-US', ...(storageState ? { storageState } : {}) })
  await page.addInitScript(watcher)
  return page
}

const viewport = { width: 1440, height: 900 }

/** Put into a page before any of its scripts runs: counts messages. */
const watcher = `
  globalThis.seen = { events: 0 }
  const Plain = WebSocket
  globalThis.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', () => (seen.events += 1))
    }
  }
  globalThis.framesOver = async (forMs) => {
    const gapsMs = []
    const until = performance.now() + forMs
    for (let last = performance.now(); last < until; ) {
      const at = await new Promise(requestAnimationFrame)
      gapsMs.push(at - last)
      last = at
    }
    return gapsMs.slice(1)
  }`

/** Put into a page beside it: clicks a row as soon as there are rows, and another one until the answer comes in time. */
const user = `
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel()
    channel.port1.onmessage = done
    channel.port2.postMessage(null)
  }))
  const soon = (ms) => new Promise((done) => setTimeout(done, ms))
  globalThis.firstUse = (async () => {
    for (let turn = 1; performance.now() < 60000; turn += 1) {
      const rows = document.querySelectorAll('[role=treeitem]')
      if (rows.length < 20) { await soon(4); continue }
      const row = rows[1 + (turn % 10)]
      const askedAt = performance.now()
      await soon(0)
      row.click()
      do await painted()
      while (row.isConnected && row.getAttribute('aria-selected') !== 'true' && performance.now() - askedAt < 100)
      const answeredAt = performance.now()
      if (row.isConnected && answeredAt - askedAt <= 100) return answeredAt
    }
    throw new Error('no click was answered within 100 ms, for a minute')
  })()`

export interface FirstUse {
  /** From the start of the navigation until a row was there and a click on it was answered, on the screen, within 100 ms. */
  afterMs: number
  /** Until then and a little later, when everything is there. */
  tasks: Tasks
}

/** Opens a page for the first time, and uses it as soon as it can be used. */
export async function firstUse(page: Page, url: string): Promise<FirstUse> {
  await page.addInitScript(user)
  const trace = await traceTasks(page)
  await page.goto(url, { waitUntil: 'commit' })
  const afterMs = await page.evaluate<number>('firstUse')
  await sleep(1_500)
  return { afterMs, tasks: await trace.end() }
}

/** Watches the only tab that is open for this long, and then its frames for a third of that: to look at each costs something. */
export async function watch(page: Page, system: CDPSession, forMs: number): Promise<Watched> {
  await page.evaluate('seen.events = 0')
  const before = await rendererSeconds(system)
  const beganAt = performance.now()
  await sleep(forMs)
  const tookS = (performance.now() - beganAt) / 1000
  const used = (await rendererSeconds(system)) - before
  const events = await page.evaluate<number>('seen.events')
  const trace = await traceTasks(page)
  const framesMs = await page.evaluate<number[]>(`framesOver(${forMs / 3})`)
  return {
    share: used / tookS,
    eventsPerSecond: events / tookS,
    longestFrameMs: Math.max(...framesMs),
    lateFrames: framesMs.filter((gapMs) => gapMs > lateMs).length,
    tasks: await trace.end(),
  }
}

const Traced = z.object({
  name: z.string(),
  dur: z.number().default(0),
  tdur: z.number().default(0),
  pid: z.number(),
  tid: z.number(),
  args: z.object({ name: z.string().optional() }).default({}),
})

const taskName = 'ThreadControllerImpl::RunTask'
/** Tells the renderer of the page from those that the browser has for itself. */
const markName = 'watched page'

/** Traces what the main thread of the renderer does. */
async function traceTasks(page: Page) {
  const cdp = await page.context().newCDPSession(page)
  const traced: Array<z.infer<typeof Traced>> = []
  cdp.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) {
      const { data } = Traced.safeParse(event)
      if (data && [taskName, markName, 'thread_name'].includes(data.name)) traced.push(data)
    }
  })
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'blink.user_timing'], excludedCategories: ['*'] },
  })
  return {
    async end(): Promise<Tasks> {
      await page.evaluate(`performance.mark('${markName}')`)
      const complete = new Promise<void>((done) => cdp.once('Tracing.tracingComplete', () => done()))
      await cdp.send('Tracing.end')
      await complete
      await cdp.detach()
      const pid = traced.find(({ name }) => name === markName)?.pid
      const main = traced.find((event) => event.pid === pid && event.args.name === 'CrRendererMain')
      const tasks = traced.filter((event) => event.name === taskName && event.pid === pid && event.tid === main?.tid)
      if (tasks.length === 0) throw new Error('the trace holds no task of the page')
      return {
        longestCpuMs: Math.max(...tasks.map(({ tdur }) => tdur)) / 1000,
        longestMs: Math.max(...tasks.map(({ dur }) => dur)) / 1000,
        allCpuMs: tasks.reduce((sum, { tdur }) => sum + tdur, 0) / 1000,
      }
    },
  }
}

async function rendererSeconds(system: CDPSession): Promise<number> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo')
  return processInfo.reduce((sum, each) => sum + (each.type === 'renderer' ? each.cpuTime : 0), 0)
}
