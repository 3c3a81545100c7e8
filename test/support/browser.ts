import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

export interface TestBrowser {
  /** A window of its own: no cookie, no storage, nothing cached that another has. */
  open(options?: BrowserContextOptions): Promise<Visitor>
  close(): Promise<void>
}

export interface Visitor {
  context: BrowserContext
  page: Awaited<ReturnType<BrowserContext['newPage']>>
  /** What the pages complained about so far: console errors, uncaught exceptions, requests that failed. */
  complaints: readonly string[]
  /** Every address that was asked for so far, blocked ones too. */
  requested: readonly string[]
}

/** Debian's chromium with a new profile. Fails, saying what is missing, where that cannot be. */
export async function startBrowser(): Promise<TestBrowser> {
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: apt-get install chromium`)
  // Its own HOME too: chromium writes crash reports and settings beside the profile.
  const home = mkdtempSync(join(tmpdir(), 'cortex-browser-'))
  const browser = await chromium
    .launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'],
      env: { ...environment(), HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    })
    .catch((error: unknown) => {
      rmSync(home, { recursive: true, force: true })
      throw error
    })

  return {
    async open(options = {}) {
      const context = await browser.newContext(options)
      const page = await context.newPage()
      const complaints: string[] = []
      const requested: string[] = []
      context.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
      })
      context.on('weberror', (error) => complaints.push(`exception: ${String(error.error())}`))
      context.on('request', (request) => requested.push(request.url()))
      context.on('requestfailed', (request) => {
        const reason = request.failure()?.errorText ?? ''
        // What a page itself called off, mostly by leaving, is no fault.
        if (reason !== 'net::ERR_ABORTED') complaints.push(`request: ${request.url()} ${reason}`)
      })
      return { context, page, complaints, requested }
    },
    async close() {
      await browser.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

function environment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
