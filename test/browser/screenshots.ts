import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { chromium, type Page } from 'playwright-core'

/*
 * npm run screenshots
 * The pictures of the README, anew: the demo's tree is started, its pages are opened in Debian's chromium, and everything
 * is ended again. The dashboard must be built.
 */
const checkout = resolve(import.meta.dirname, '..')
const folder = join(checkout, 'docs/screenshots')
const browserPath = '/usr/bin/chromium'
const startTimeoutMs = 180_000
const demoEnds = /(http:\/\/\S+)\s+sign in as admin, password (\S+)/

interface Picture {
  file: string
  path: string
  locale: 'zh-CN' | 'en-US'
  colorScheme: 'light' | 'dark'
  width: number
  height: number
  /** Shown when the page has what the picture is about. */
  ready: string
}

const wide = { width: 1360, height: 850 }
const pictures: readonly Picture[] = [
  {
    file: 'overview-en',
    path: '/overview',
    locale: 'en-US',
    colorScheme: 'light',
    ...wide,
    ready: 'ul[aria-label] li',
  },
  { file: 'overview-zh', path: '/overview', locale: 'zh-CN', colorScheme: 'dark', ...wide, ready: 'ul[aria-label] li' },
  { file: 'nodes-en', path: '/nodes', locale: 'en-US', colorScheme: 'dark', ...wide, ready: '[role=grid] [role=row]' },
  {
    file: 'node-en',
    path: '/nodes/eu-web/overview',
    locale: 'en-US',
    colorScheme: 'light',
    ...wide,
    ready: 'h1',
  },
  {
    file: 'metrics-zh',
    path: '/nodes/root/metrics?range=1h',
    locale: 'zh-CN',
    colorScheme: 'light',
    ...wide,
    ready: '.u-over',
  },
  {
    file: 'phone-zh',
    path: '/overview',
    locale: 'zh-CN',
    colorScheme: 'light',
    width: 390,
    height: 780,
    ready: 'dl dd',
  },
]

const demo = spawn(process.execPath, [join(checkout, 'src/main.ts'), 'demo', '--stay'], {
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
    for (const picture of pictures) {
      const { width, height, locale, colorScheme } = picture
      const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme })
      const page = await context.newPage()
      await signIn(page, url, password)
      await page.goto(url + picture.path)
      await page.locator(picture.ready).filter({ visible: true }).first().waitFor()
      await page.locator('[role=status] .animate-pulse').first().waitFor({ state: 'detached' })
      await page.waitForLoadState('networkidle')
      await page.screenshot({ path: join(folder, `${picture.file}.png`) })
      await context.close()
    }
  } finally {
    await browser.close()
  }
} finally {
  demo.kill('SIGINT')
  await ended
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

async function signIn(page: Page, url: string, password: string): Promise<void> {
  await page.goto(url)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', password)
  await page.click('button[type=submit]')
  await page.waitForURL('**/overview')
}
