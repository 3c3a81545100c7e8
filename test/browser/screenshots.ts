import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

/*
 * npm run screenshots
 * The pictures of the READMEs, anew: the demo's tree is started, its pages are opened in Debian's chromium, and everything
 * is ended again. The dashboard must be built.
 */
const checkout = resolve(import.meta.dirname, '../..')
const folder = join(checkout, 'src/web/screenshots')
const browserPath = '/usr/bin/chromium'
const startTimeoutMs = 180_000
/** A README is read over slow lines too. */
const maxBytes = 150 * 1024
const demoEnds = /(http:\/\/\S+)\s+sign in as admin, password (\S+)/

interface Picture {
  file: string
  path: string | (() => string)
  locale: 'zh-CN' | 'en-US'
  colorScheme: 'light' | 'dark'
  viewport?: { width: number; height: number }
  /** What a person does on the page before it is what the picture is about. */
  prepare?: (page: Page) => Promise<void>
  /** Shown when the page has what the picture is about. */
  ready: string
}

const beganAtMs = Date.now()
const isoOf = (ms: number) => encodeURIComponent(new Date(ms).toISOString())

const wide = { width: 1280, height: 800 }
const short = { width: 1280, height: 560 }
const low = { width: 1280, height: 440 }
const phone = { width: 390, height: 780 }

/** While all is well. */
const calm: readonly Picture[] = [
  { file: 'overview-en', path: '/overview', locale: 'en-US', colorScheme: 'light', ready: 'ul[aria-label] li' },
  {
    file: 'nodes-en',
    path: '/nodes',
    locale: 'en-US',
    colorScheme: 'dark',
    viewport: short,
    ready: '[role=grid] [role=row]',
  },
  { file: 'node-en', path: '/nodes/eu-web/overview', locale: 'en-US', colorScheme: 'light', ready: 'h1' },
  {
    file: 'decision-en',
    path: '/decisions?q=queue',
    locale: 'en-US',
    colorScheme: 'light',
    prepare: openFirst,
    ready: 'ol[aria-label] pre, ol[aria-label] li',
  },
  {
    file: 'decision-zh',
    path: '/decisions?q=queue',
    locale: 'zh-CN',
    colorScheme: 'dark',
    prepare: openFirst,
    ready: 'ol[aria-label] pre, ol[aria-label] li',
  },
  {
    file: 'terminal-en',
    path: '/nodes/eu-web/terminal',
    locale: 'en-US',
    colorScheme: 'dark',
    viewport: low,
    prepare: typeIntoTerminal,
    ready: '.xterm-rows',
  },
  {
    file: 'settings-en',
    path: '/settings/monitor',
    locale: 'en-US',
    colorScheme: 'light',
    viewport: short,
    ready: 'dl dd',
  },
  {
    file: 'metrics-zh',
    // Of the time that the demo runs.
    path: () => `/nodes/root/metrics?from=${isoOf(beganAtMs)}&to=${isoOf(Date.now())}`,
    locale: 'zh-CN',
    colorScheme: 'light',
    ready: '.u-over',
  },
  { file: 'phone-zh', path: '/overview', locale: 'zh-CN', colorScheme: 'light', viewport: phone, ready: 'dl dd' },
]

/** After a region and a leaf of the other have died. */
const troubled: readonly Picture[] = [
  {
    file: 'alerts-en',
    path: '/alerts',
    locale: 'en-US',
    colorScheme: 'light',
    prepare: openAlerts,
    ready: '[role=grid] [role=row]',
  },
  {
    file: 'alerts-zh',
    path: '/alerts',
    locale: 'zh-CN',
    colorScheme: 'light',
    prepare: openAlerts,
    ready: '[role=grid] [role=row]',
  },
  { file: 'overview-zh', path: '/overview', locale: 'zh-CN', colorScheme: 'dark', ready: 'ul[aria-label] li' },
]

const demo = spawn(process.execPath, [join(checkout, 'src/launch.cjs'), 'demo', '--stay'], {
  cwd: checkout,
  stdio: ['pipe', 'pipe', 'inherit'],
  env: { ...process.env, NO_COLOR: '1' },
})
const ended = new Promise<void>((done) => demo.once('exit', () => done()))
try {
  const { url, password } = await signInOf(demo.stdout)
  mkdirSync(folder, { recursive: true })
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    for (const picture of calm) await take(browser, picture, { url, password })
    for (const node of ['region-as', 'eu-queue']) process.kill(pidOf(node), 'SIGKILL')
    for (const picture of troubled) await take(browser, picture, { url, password })
  } finally {
    await browser.close()
  }
} finally {
  demo.kill('SIGINT')
  await ended
}

async function take(browser: Browser, picture: Picture, root: { url: string; password: string }): Promise<void> {
  const { locale, colorScheme, viewport = wide } = picture
  const context = await browser.newContext({ viewport, locale, colorScheme })
  const page = await context.newPage()
  await signIn(page, root)
  await page.goto(root.url + (typeof picture.path === 'string' ? picture.path : picture.path()))
  await picture.prepare?.(page)
  await page.locator(picture.ready).filter({ visible: true }).first().waitFor()
  await page.locator('[role=status] .animate-pulse').first().waitFor({ state: 'detached' })
  await page.waitForLoadState('networkidle')
  const path = join(folder, `${picture.file}.png`)
  await page.screenshot({ path })
  await context.close()
  const { size } = statSync(path)
  if (size > maxBytes) throw new Error(`${path} has ${size} bytes, more than ${maxBytes}: take less into the picture`)
}

async function openFirst(page: Page): Promise<void> {
  await page.locator('[role=rowgroup] [role=row]').first().click()
}

/** Everything that died has its alert; the first line, which is the cause of others, is opened. */
async function openAlerts(page: Page): Promise<void> {
  await page
    .getByText(/Queue server/)
    .filter({ visible: true })
    .first()
    .waitFor()
  await page.locator('[role=grid] [role=row]').first().click()
}

async function typeIntoTerminal(page: Page): Promise<void> {
  await page.locator('.xterm-helper-textarea').first().focus()
  // Nothing of the machine that the picture is taken on.
  await page.keyboard.type("PS1='\\[\\e[32m\\]eu-web\\[\\e[0m\\] $ '; clear\n")
  await page.keyboard.type('uptime\n')
  await page
    .getByText(/load average/)
    .first()
    .waitFor()
}

/** The process of one node of the demo, which is a child of it. */
function pidOf(agentId: string): number {
  const children = readFileSync(`/proc/${demo.pid}/task/${demo.pid}/children`, 'utf8').trim().split(' ').map(Number)
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`/${agentId}/cortex.yaml`))
  if (found === undefined) throw new Error(`the demo runs no process for ${agentId}`)
  return found
}

/** The address and the password that the demo prints when its tree stays up. The rest of what it prints is read too. */
function signInOf(output: NodeJS.ReadableStream): Promise<{ url: string; password: string }> {
  let text = ''
  const timer = setTimeout(() => demo.kill('SIGINT'), startTimeoutMs)
  return new Promise((found, failed) => {
    output.on('data', (piece) => {
      text = (text + String(piece)).slice(-8_000)
      const [, url, password] = demoEnds.exec(text) ?? []
      if (url === undefined || password === undefined) return
      clearTimeout(timer)
      found({ url, password })
    })
    void ended.then(() => failed(new Error(`the demo ended before its tree stood:\n${text.slice(-2_000)}`)))
  })
}

async function signIn(page: Page, { url, password }: { url: string; password: string }): Promise<void> {
  await page.goto(url)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', password)
  await page.click('button[type=submit]')
  await page.waitForURL('**/overview')
}
