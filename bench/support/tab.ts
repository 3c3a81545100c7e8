import { setTimeout as sleep } from 'node:timers/promises'
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import type { Scene } from './scene.ts'

export const browserPath = '/usr/bin/chromium'

/** A late frame is one that the person sees as a hitch. */
const lateMs = 50

/** What one tab cost, and how it answered, while nobody touched it. */
export interface Watched {
  /** Of a core, by its renderer. */
  share: number
  eventsPerSecond: number
  /** The longest time in which the page answered nothing; 0 when it was never 50 ms or more. */
  longestTaskMs: number
  /** From one frame to the next. */
  longestFrameMs: number
  lateFrames: number
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

/** Put into a page before any of its scripts runs: counts messages and long tasks. */
const watcher = `
  globalThis.seen = { events: 0, longTasksMs: [] }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.longTasksMs.push(entry.duration)
  }).observe({ type: 'longtask', buffered: true })
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

/** From the start of the navigation until a row was there and a click on it was answered, on the screen, within 100 ms. */
export async function firstUse(page: Page, url: string): Promise<{ afterMs: number; longestTaskMs: number }> {
  await page.addInitScript(user)
  await page.goto(url, { waitUntil: 'commit' })
  const afterMs = await page.evaluate<number>('firstUse')
  await sleep(1_500)
  const tasksMs = await page.evaluate<number[]>('seen.longTasksMs')
  return { afterMs, longestTaskMs: Math.max(0, ...tasksMs) }
}

/** Watches a tab for this long, and then its frames for a third of that: to look at every frame costs something itself. */
export async function watch(page: Page, system: CDPSession, forMs: number): Promise<Watched> {
  await page.evaluate('seen.events = 0; seen.longTasksMs = []')
  const before = await rendererSeconds(system)
  const beganAt = performance.now()
  await sleep(forMs)
  const tookS = (performance.now() - beganAt) / 1000
  const used = (await rendererSeconds(system)) - before
  const events = await page.evaluate<number>('seen.events')
  const framesMs = await page.evaluate<number[]>(`framesOver(${forMs / 3})`)
  const tasksMs = await page.evaluate<number[]>('seen.longTasksMs')
  return {
    share: used / tookS,
    eventsPerSecond: events / tookS,
    longestTaskMs: Math.max(0, ...tasksMs),
    longestFrameMs: Math.max(...framesMs),
    lateFrames: framesMs.filter((gapMs) => gapMs > lateMs).length,
  }
}

async function rendererSeconds(system: CDPSession): Promise<number> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo')
  return processInfo.reduce((sum, each) => sum + (each.type === 'renderer' ? each.cpuTime : 0), 0)
}
