import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { expectData } from '../support/http.ts'
import { signInAt } from '../support/sign-in.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt, statusAt } from '../tree/views.ts'
import { fillSignIn } from './sign-in.ts'

const tree = plantTree()
const wide = { width: 1400, height: 850 }
let browser: TestBrowser
let root: TreeNode
let region: TreeNode

beforeAll(async () => {
  const env = { CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '1000' }
  root = await tree.monitor('root', { inside: true, env })
  region = await tree.monitor('eu', { inside: true, env, parents: [root.url] })
  const granted = { CORTEX_CAPABILITIES: 'terminal,files:/srv,files:/var/log:ro' }
  await tree.leaf('db-1', { inside: true, parents: [region.url], env: granted })
  const gone = await tree.leaf('db-2', { inside: true, parents: [region.url] })
  await until('both leaves are known at the root, with figures', async () => {
    const nodes = await nodesAt(root)
    return ['db-1', 'db-2'].every((id) => nodes.get(id)?.metrics?.['cpu_percent'] !== undefined)
  })
  await gone.stop()
  await until('one of them is offline', async () => (await statusAt(root, 'db-2')) === 'offline', 30_000)
  browser = await startBrowser()
}, 90_000)
afterAll(async () => {
  await browser?.close()
  await tree.close()
}, 30_000)

test('a node says what may be done on it; a region leads to its own dashboard', async () => {
  const visitor = await browser.open({ locale: 'en-US', viewport: wide })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/nodes/db-1/overview')
  const allowed = page.getByRole('list', { name: 'What may be done from here' })
  await allowed
    .getByRole('listitem')
    .filter({ hasText: /^✓allowed: Terminal$/ })
    .waitFor()
  await allowed.getByText('/srv, /var/log:ro').waitFor()
  await allowed
    .getByRole('listitem')
    .filter({ hasText: /^–not allowed: Manage Docker/ })
    .waitFor()

  await page.goto(`${root.url}/nodes/eu/node`)
  const opened = page.waitForEvent('popup')
  await page.getByRole('link', { name: 'Open the dashboard of the region itself' }).click()
  const own = await opened
  await own.waitForURL(`${region.url}/sign-in*`)
  await fillSignIn({ page: own })
  await own.getByRole('treeitem').filter({ hasText: 'Node db-1' }).waitFor()
  expect(await own.getByRole('treeitem').filter({ hasText: 'Node root' }).count()).toBe(0)
  expect(complaints).toEqual([])
  await visitor.context.close()
})

/** How much time a request for measurements asks for, in milliseconds; null for other requests. */
function spanOf(url: string): number | null {
  const { pathname, searchParams } = new URL(url)
  if (!pathname.endsWith('/monitor')) return null
  return Date.parse(searchParams.get('end_time') ?? '') - Date.parse(searchParams.get('start_time') ?? '')
}

test('charts are zoomed into by dragging and stand at two moments of the address, until they follow again', async () => {
  const visitor = await browser.open({ locale: 'en-US', viewport: wide })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/nodes/db-1/metrics?range=1h')
  const chart = page.locator('.u-over').first()
  await chart.waitFor()
  const box = await chart.boundingBox()
  if (!box) throw new Error('the chart is not in sight')
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.5, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.95, y, { steps: 4 })
  await page.mouse.up()
  await page.waitForURL('**/metrics?range=1h&from=*&to=*')
  const moments = new URL(page.url()).searchParams
  const minutes = (Date.parse(String(moments.get('to'))) - Date.parse(String(moments.get('from')))) / 60_000
  expect(minutes).toBeGreaterThan(20)
  expect(minutes).toBeLessThan(35)

  await page.reload()
  const to = page.getByLabel('To', { exact: true })
  expect(await to.inputValue()).not.toBe('')
  await page.getByLabel('From', { exact: true }).fill('2020-01-01T10:00')
  await to.fill('2020-01-01T11:00')
  await page.getByText('No data in this time range').waitFor()
  await page.getByRole('button', { name: 'Back to the last 1h' }).click()
  await page.waitForURL('**/metrics?range=1h')
  await chart.waitFor()
  await page.getByRole('combobox', { name: 'Time range' }).selectOption('30d')
  await page.waitForURL('**/metrics?range=30d')
  await until('thirty days are asked for', () => visitor.requested.some((url) => spanOf(url) === 30 * 24 * 3_600_000))
  expect(complaints).toEqual([])
  await visitor.context.close()
})

test('the timeline and the audit log are cut by two moments, which stay over a reload', async () => {
  const visitor = await browser.open({ locale: 'en-US', viewport: wide })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/timeline')
  for (const [list, nothing] of [
    ['timeline', 'No event fits'],
    ['audit', 'No entry fits'],
  ] as const) {
    await page.goto(`${root.url}/${list}`)
    await page.getByRole('row').nth(1).waitFor()
    await page.getByRole('combobox', { name: 'Time', exact: true }).selectOption('custom')
    await page.getByLabel('From', { exact: true }).fill('2020-01-01T10:00')
    await page.waitForURL(`**/${list}?since=*`)
    await page.getByRole('row').nth(1).waitFor()
    await page.getByLabel('To', { exact: true }).fill('2020-01-02T10:00')
    await page.getByText(nothing).waitFor()
    await page.reload()
    await page.getByText(nothing).waitFor()
    expect(await page.getByLabel('To', { exact: true }).inputValue()).toBe('2020-01-02T10:00')
  }
  expect(complaints).toEqual([])
  await visitor.context.close()
})

test('what is old looks old; a viewer may not remove a node, an admin removes it from its page', async () => {
  const person = { username: 'looker', password: 'password-of-a-viewer' }
  expectData(await root.api.post('/auth/users', { ...person, role: 'viewer' }), 201)
  const looker = await browser.open({ locale: 'en-US', viewport: wide })
  await signInAt(looker, root.url, '/nodes/db-2/overview', person)
  await looker.page.getByText('The host cannot be asked now').waitFor()
  expect(await looker.page.getByRole('button', { name: 'Remove node' }).count()).toBe(0)
  await looker.context.close()

  const phone = { width: 390, height: 780 }
  const visitor = await browser.open({ locale: 'zh-CN', colorScheme: 'dark', viewport: phone })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/nodes')
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  await row('Node db-2').getByTitle('最后一次上报的值').first().waitFor()
  expect(await row('Node db-1').getByTitle('最后一次上报的值').count()).toBe(0)
  await row('Node db-2').click()
  await page.getByRole('status').filter({ hasText: '数据不是最新' }).waitFor()
  await page.getByText('暂时无法询问该主机').waitFor()
  await page.getByRole('button', { name: '移除节点' }).click()
  const asked = page.getByRole('dialog')
  await asked.getByText('Node db-2', { exact: false }).first().waitFor()
  await asked.getByRole('button', { name: '移除节点' }).click()
  await page.waitForURL('**/nodes')
  await until('it is gone', async () => !(await nodesAt(root)).has('db-2'))
  await row('Node db-2').waitFor({ state: 'hidden' })
  expect(complaints).toEqual([])
  await visitor.context.close()
})
