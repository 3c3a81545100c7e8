import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser, type Visitor } from '../support/browser.ts'
import { joinByHand } from '../support/hand-leaf.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt } from '../tree/views.ts'
import { namelessControls } from './accessible.ts'
import { signIn } from './sign-in.ts'

const tree = plantTree()
let browser: TestBrowser
let root: TreeNode

const image = '<img src=x onerror="document.title=1">'
/** Written from right to left, an override that is never closed, invisible characters, a family of one glyph, no break. */
const names = {
  image,
  arabic: 'خادم قاعدة البيانات <b>١</b>',
  override: '\u202Egnp.exe\u2066 db',
  invisible: 'db\u200B\u200D\uFEFF-1\u0000'.replace('\u0000', ''),
  emoji: '👩‍👩‍👧‍👦🏴‍☠️ db',
  long: 'w'.repeat(256),
}
const longText = `${image} ${'界'.repeat(5_000)} ${'x'.repeat(4_000)}`

beforeAll(async () => {
  root = await tree.monitor('root', { inside: true })
  for (const [id, name] of Object.entries(names)) {
    const leaf = await joinByHand(root, `h-${id}`, { name })
    await leaf.report([{ level: 'L3', type: `odd ${image}`, subject: name, description: longText }])
    leaf.beat(300)
  }
  await until('all are known', async () => {
    const known = await nodesAt(root)
    if (known.size !== Object.keys(names).length) throw new Error([...known.keys()].join())
    return true
  })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree.close()
})

const looks = [
  { locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 780 }, scopes: ['/overview'] },
  {
    locale: 'en-US',
    colorScheme: 'light',
    viewport: { width: 1400, height: 850 },
    scopes: ['/nodes/h-image/overview', '/nodes/h-long/overview'],
  },
] as const

/** What the server refuses of a node that cannot be reached is an error of its own, and shown as one by its page. */
const isRefusal = (complaint: string) => complaint.includes('the server responded with a status of')

test.each(looks)('names of nodes stay text on every page: $locale, $viewport.width px', async (look) => {
  const visitor = await browser.open({
    locale: look.locale,
    colorScheme: look.colorScheme,
    viewport: { ...look.viewport },
  })
  const { page, complaints, context } = visitor
  await signIn(visitor, root.url)
  for (const scope of look.scopes) {
    await page.goto(root.url + scope)
    const tabs = page.locator('nav:not(:has([role=tree])) a[href]')
    await tabs.first().waitFor()
    const paths = await Promise.all((await tabs.all()).map(async (tab) => (await tab.getAttribute('href')) ?? ''))
    // Every page once; a name without a break at those that show it large.
    for (const path of scope === '/nodes/h-long/overview' ? paths.slice(0, 2) : paths) {
      await page.goto(root.url + path)
      await settled(visitor)
      expect([path, await flaws(visitor)]).toEqual([path, []])
    }
  }
  expect(complaints.filter((complaint) => !isRefusal(complaint))).toEqual([])
  await context.close()
})

async function settled({ page }: Pick<Visitor, 'page'>): Promise<void> {
  await page.locator('main').waitFor()
  await page.locator('main [role=status] .animate-pulse').first().waitFor({ state: 'detached' })
}

/** What must not be on any page: markup out of a name, a page that is wider than its window, a control without a name. */
async function flaws(visitor: Pick<Visitor, 'page' | 'context'>): Promise<string[]> {
  const { page } = visitor
  const found = await page.evaluate<string[]>(`[
    ...(document.title === '1' ? ['a script of a name ran'] : []),
    ...(document.querySelector('img[src=x], main b, nav b') ? ['a name became markup'] : []),
    ...(document.documentElement.scrollWidth > innerWidth ? ['wider than its window'] : []),
  ]`)
  return [...found, ...(await namelessControls(visitor)).map((control) => `no name: ${control}`)]
}

test('a dialog keeps the focus, Escape closes it and the focus is back where it was; every stop of Tab can be seen', async () => {
  const visitor = await browser.open({ locale: 'en-US', viewport: { width: 1400, height: 850 } })
  const { page, complaints, context } = visitor
  await signIn(visitor, root.url)
  const opener = page.getByRole('button', { name: 'Search nodes, alerts and actions' })
  await opener.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('combobox').waitFor()
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press('Tab')
    expect(
      await page.evaluate(
        'document.activeElement.closest("[role=dialog]") ? null : document.activeElement.outerHTML.slice(0, 200)',
      ),
    ).toBeNull()
  }
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await until('the focus is back', () =>
    page.evaluate<boolean>('document.activeElement.textContent.includes("Search nodes, alerts and actions")'),
  )

  await page.goto(`${root.url}/nodes`)
  await page.getByRole('row').nth(1).waitFor()
  const invisible: string[] = []
  for (let stop = 0; stop < 25; stop += 1) {
    await page.keyboard.press('Tab')
    const flaw = await page.evaluate<string | null>(`(() => {
      const at = document.activeElement
      if (at === document.body) return null
      const ring = [at, ...at.querySelectorAll('*')].some((each) => {
        const style = getComputedStyle(each)
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'
      })
      return ring ? null : at.outerHTML.slice(0, 200)
    })()`)
    if (flaw !== null) invisible.push(flaw)
  }
  expect(invisible).toEqual([])
  expect(complaints).toEqual([])
  await context.close()
})
