import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt } from '../tree/views.ts'
import { fillSignIn, signIn } from './sign-in.ts'

const tree = plantTree()
const assets = resolve(import.meta.dirname, '../../dist/web')
const maxFirstScriptBytes = 150 * 1024
const hostile = '<img src=x onerror="document.title=1">'
let browser: TestBrowser
let root: TreeNode

beforeAll(async () => {
  root = await tree.monitor('root', { inside: true })
  const region = await tree.monitor('eu', { inside: true, parents: [root.url] })
  await tree.leaf('db-1', { inside: true, parents: [region.url], env: { CORTEX_NODE_NAME: hostile } })
  await until('the leaf is known at the root', async () => (await nodesAt(root)).get('db-1')?.status === 'online')
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree.close()
})

const looks = [
  {
    locale: 'zh-CN',
    colorScheme: 'light',
    viewport: { width: 1400, height: 850 },
    live: '实时',
    tab: '节点',
    wide: true,
  },
  {
    locale: 'en-US',
    colorScheme: 'dark',
    viewport: { width: 390, height: 780 },
    live: 'Live',
    tab: 'Nodes',
    wide: false,
  },
] as const

test.each(looks)('every page is shown without a complaint: $locale, $colorScheme, $viewport.width px', async (look) => {
  const visitor = await browser.open({ ...look, viewport: { ...look.viewport } })
  const { page, complaints } = visitor
  await signIn(visitor, root.url)
  await page.getByRole('status').filter({ hasText: look.live }).waitFor()

  await page.getByRole('link', { name: look.tab, exact: true }).click()
  await page.waitForURL('**/nodes')
  const row = page.getByRole('row').filter({ hasText: hostile })
  await row.waitFor()
  await page.fill('input[type=search]', 'db-1')
  await page.waitForURL('**/nodes?q=db-1')
  await page.getByRole('row').filter({ hasText: 'Node eu' }).waitFor({ state: 'hidden' })
  await row.click()
  await page.waitForURL('**/nodes/db-1/overview')
  await page.getByRole('heading', { name: hostile }).waitFor()

  await page.goto(`${root.url}/nodes/db-1/metrics?range=1h`)
  await page.locator('.u-over').first().waitFor()
  await page.goto(`${root.url}/start`)
  await page.getByText(' join ', { exact: false }).first().waitFor()

  if (!look.wide) await page.getByRole('button', { name: 'Open the tree of nodes' }).click()
  const item = page.getByRole('treeitem').filter({ hasText: 'Node eu' }).last()
  await item.waitFor()
  await item.click()
  await page.waitForURL('**/nodes/eu/overview')
  expect(await page.title()).toBe('Cortex')
  expect(complaints).toEqual([])
  await visitor.context.close()
})

test('Ctrl-K finds a node, the language and the theme change in place, signing out leads to the sign-in page', async () => {
  const visitor = await browser.open({ locale: 'zh-CN', viewport: { width: 1400, height: 850 } })
  const { page, complaints } = visitor
  await signIn(visitor, root.url)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: '搜索节点、告警或操作' }).fill('db-1')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/nodes/db-1/overview')

  await page.getByRole('button', { name: '账号' }).click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await page.getByRole('link', { name: 'Metrics' }).waitFor()
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')

  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in?next=*')
  expect(complaints).toEqual([])
  await visitor.context.close()
})

test('a link leads through the sign-in to what it shows, never to another site', async () => {
  const visitor = await browser.open({ locale: 'en-US' })
  const { page } = visitor
  for (const [next, lands] of [
    ['/nodes?q=db', '/nodes?q=db'],
    ['//evil.example/', '/overview'],
  ] as const) {
    await page.goto(`${root.url}/sign-in?next=${encodeURIComponent(next)}`)
    await page.evaluate('localStorage.clear()')
    await page.reload()
    await fillSignIn(visitor)
    await page.waitForURL(`${root.url}${lands}`)
  }
  await visitor.context.close()
})

test('the overview loads at most 150 KB of script, compressed', async () => {
  const visitor = await browser.open({ locale: 'en-US' })
  await signIn(visitor, root.url)
  await visitor.page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
  const before = visitor.requested.length
  await visitor.page.goto(`${root.url}/overview`)
  await visitor.page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
  const scripts = visitor.requested.slice(before).filter((url) => url.endsWith('.js'))
  const bytes = scripts.map((url) => sentBytes(join(assets, new URL(url).pathname)))
  expect(scripts.length).toBeGreaterThan(1)
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(maxFirstScriptBytes)
  await visitor.context.close()
})

function sentBytes(file: string): number {
  return (statSync(`${file}.gz`, { throwIfNoEntry: false }) ?? statSync(file)).size
}
