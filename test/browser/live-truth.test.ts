import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt, statusAt } from '../tree/views.ts'
import { fillSignIn, signIn } from './sign-in.ts'

const tree = plantTree()
let browser: TestBrowser
let root: TreeNode
let region: TreeNode

beforeAll(async () => {
  root = await tree.monitor('root')
  region = await tree.monitor('eu', { parents: [root.url] })
  await tree.leaf('db-1', { inside: true, parents: [region.url] })
  await until(
    'the leaf is known at the root',
    async () => (await nodesAt(root)).get('db-1')?.status === 'online',
    20_000,
  )
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree.close()
})

const patient = { timeout: 30_000 }

test('a region that dies is shown as cut off with all below it, and as healthy when it is back', async () => {
  const { page, complaints, context } = await browser.open({ locale: 'en-US', viewport: { width: 1400, height: 850 } })
  await signIn({ page }, root.url)
  const picture = page.getByRole('list', { name: 'Federation' })
  await picture.getByRole('link', { name: /(healthy|warning|critical)\s*Node db-1/ }).waitFor(patient)

  await region.kill()
  await picture.getByRole('link', { name: /(offline|unreachable)\s*Node eu/ }).waitFor(patient)
  await picture.getByRole('link', { name: /unreachable\s*Node db-1/ }).waitFor(patient)
  expect(await page.locator('svg path[stroke-dasharray]').count()).toBeGreaterThan(0)
  await page.getByText('Region eu and everything below it').first().waitFor(patient)

  await picture.getByRole('link', { name: /Node db-1/ }).click()
  await page.waitForURL('**/nodes/db-1/overview')
  await page.getByRole('status').filter({ hasText: 'since' }).first().waitFor(patient)
  await page.goBack()

  await region.start()
  await picture.getByRole('link', { name: /(healthy|warning|critical)\s*Node db-1/ }).waitFor(patient)
  expect(complaints).toEqual([])
  await context.close()
})

test('a tab whose monitor is killed says of when it is, and is live again by itself when the monitor is back', async () => {
  const { page, context } = await browser.open({ locale: 'en-US', viewport: { width: 1400, height: 850 } })
  await signIn({ page }, root.url)
  const mark = page.getByRole('status').filter({ hasText: /Live|Disconnected|Connecting|Catching up/ })
  await mark.filter({ hasText: 'Live' }).waitFor(patient)

  await root.kill()
  await mark.filter({ hasText: 'Disconnected' }).waitFor(patient)
  await page.getByRole('alert').filter({ hasText: 'this is how it was at' }).waitFor(patient)
  // What was known stays to be read.
  await page.getByRole('treeitem').filter({ hasText: 'Node eu' }).waitFor()

  await root.start()
  await mark.filter({ hasText: 'Live' }).waitFor(patient)
  await page.getByRole('alert').filter({ hasText: 'this is how it was at' }).waitFor({ state: 'detached' })
  await until('the region is back', async () => (await statusAt(root, 'eu')) === 'online', 20_000)
  await page
    .getByRole('list', { name: 'Federation' })
    .getByRole('link', { name: /healthy\s*Node eu/ })
    .waitFor(patient)
  await context.close()
})

test('a token that holds no longer leads to the sign-in page, and from there back to the same address', async () => {
  const { page, context } = await browser.open({ locale: 'en-US' })
  await signIn({ page }, root.url)
  await page.goto(`${root.url}/nodes?q=db&sort=-name`)
  await page.getByRole('row').filter({ hasText: 'Node db-1' }).waitFor(patient)
  await page.evaluate(`{
    const kept = JSON.parse(localStorage.getItem('cortex.session'))
    localStorage.setItem('cortex.session', JSON.stringify({ ...kept, token: 'over' }))
  }`)
  await page.reload()
  await page.waitForURL('**/sign-in?next=*')
  await fillSignIn({ page })
  await page.waitForURL(`${root.url}/nodes?q=db&sort=-name`)
  await page.getByRole('row').filter({ hasText: 'Node db-1' }).waitFor(patient)
  await context.close()
})
