import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { signInAt } from '../support/sign-in.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt } from '../tree/views.ts'

const tree = plantTree()
const feed = mkdtempSync(join(tmpdir(), 'cortex-feed-'))
let browser: TestBrowser
let root: TreeNode

beforeAll(async () => {
  writeFileSync(join(feed, 'cortex-9.9.9.tgz'), 'a package that nobody installs')
  const env = { CORTEX_RELEASES_FEED: feed, CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '1000' }
  root = await tree.monitor('root', { inside: true, env })
  await tree.leaf('db-1', { inside: true, parents: [root.url] })
  const away = await tree.leaf('db-2', { inside: true, parents: [root.url] })
  const isAt = async (status: string) => (await nodesAt(root)).get('db-2')?.status === status
  await until(
    'both leaves are known at the root',
    async () => (await nodesAt(root)).has('db-1') && (await isAt('online')),
  )
  await away.stop()
  await until('one of them is offline', () => isAt('offline'), 30_000)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree.close()
  rmSync(feed, { recursive: true, force: true })
})

test('old nodes are chosen and upgraded in rings; why one failed is told by its host', async () => {
  const visitor = await browser.open({ locale: 'en-US', viewport: { width: 1400, height: 850 } })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/upgrade')
  await page.getByText('9.9.9').first().waitFor()
  await page.getByRole('button', { name: 'Only those to upgrade' }).click()
  await page.getByRole('checkbox', { name: 'Choose Node db-1' }).check()
  await page.getByRole('button', { name: 'Upgrade those chosen…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Upgrade to 9.9.9: 1 chosen' })
  await dialog.getByText('These: Node db-1').waitFor()
  await dialog.getByRole('textbox', { name: 'Sizes of the first rings' }).fill('none')
  expect(await dialog.getByRole('button', { name: 'Begin' }).isDisabled()).toBe(true)
  await dialog.getByRole('textbox', { name: 'Sizes of the first rings' }).fill('1')
  await dialog.getByRole('button', { name: 'Begin' }).click()
  const sheet = page.getByRole('dialog', { name: 'Upgrade to 9.9.9' })
  const target = sheet.getByRole('row').filter({ hasText: 'db-1' })
  await target.getByText('failed', { exact: true }).waitFor({ timeout: 30_000 })
  await sheet.getByText(/^db-1: .*does not allow upgrade/).waitFor()
  await sheet.getByText('stopped: too many failures').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('row').filter({ hasText: '9.9.9' }).getByText('failed', { exact: true }).waitFor()
  expect(complaints.filter((text) => !text.endsWith('net::ERR_ABORTED'))).toEqual([])
  await visitor.context.close()
})

test('in Chinese, on a phone: an upgrade that waits for an offline node is cancelled', async () => {
  const visitor = await browser.open({ locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 780 } })
  const { page } = visitor
  await signInAt(visitor, root.url, '/nodes/db-2/upgrade')
  await page.getByRole('checkbox', { name: '选择 Node db-2' }).check()
  await page.getByRole('button', { name: '升级所选节点…' }).click()
  await page.getByRole('button', { name: '开始升级' }).click()
  const sheet = page.getByRole('dialog', { name: '升级到 9.9.9' })
  await sheet.getByText('离线，等待上线').waitFor()
  await sheet.getByRole('button', { name: '取消升级' }).click()
  await page.getByRole('dialog', { name: '取消这次升级？' }).getByRole('button', { name: '取消升级' }).click()
  await sheet.getByText('已取消').first().waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  // The list is of the scope alone.
  for (const [id, state] of [
    ['db-1', '失败'],
    ['db-2', '已取消'],
  ] as const) {
    await page.goto(`${root.url}/nodes/${id}/upgrade?view=rollouts`)
    await page.getByRole('row').filter({ hasText: '9.9.9' }).getByText(state, { exact: true }).waitFor()
    expect(await page.getByRole('row').filter({ hasText: '9.9.9' }).count()).toBe(1)
  }
  await visitor.context.close()
})
