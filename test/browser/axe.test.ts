import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser, type Visitor } from '../support/browser.ts'
import { joinByHand } from '../support/hand-leaf.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt } from '../tree/views.ts'
import { signIn } from './sign-in.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tree = plantTree()
let browser: TestBrowser
let root: TreeNode
beforeAll(async () => {
  root = await tree.monitor('root', { inside: true, probe: true })
  const leaf = await joinByHand(root, 'db-1')
  await leaf.report([{ level: 'L3', type: 'service_down', subject: 'nginx' }])
  leaf.beat(300)
  await until('the leaf is known', async () => (await nodesAt(root)).has('db-1'))
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree.close()
})

const looks = [
  {
    locale: 'en-US',
    colorScheme: 'light',
    viewport: { width: 1400, height: 850 },
    scopes: ['/overview', '/nodes/root/overview', '/settings/self'],
  },
  { locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 780 }, scopes: ['/nodes/db-1/overview'] },
] as const

test.each(looks)(
  'axe finds nothing serious on any page: $locale, $colorScheme, $viewport.width px',
  async ({ scopes, ...look }) => {
    const visitor = await browser.open({ ...look, viewport: { ...look.viewport } })
    const { page, context } = visitor
    await page.goto(`${root.url}/sign-in`)
    await page.locator('input[type=password]').waitFor()
    const found: Array<[path: string, flaws: string[]]> = [['/sign-in', await seriousFlaws(visitor)]]
    await signIn(visitor, root.url)
    for (const scope of scopes) {
      await page.goto(root.url + scope)
      const links = page.locator('nav:not(:has([role=tree])) a[href]')
      await links.first().waitFor()
      const paths = await Promise.all((await links.all()).map(async (link) => (await link.getAttribute('href')) ?? ''))
      for (const path of new Set(paths.filter((one) => one.startsWith('/')))) {
        await page.goto(root.url + path)
        await page.locator('main').waitFor()
        await page.locator('main [role=status] .animate-pulse').first().waitFor({ state: 'detached' })
        found.push([path, await seriousFlaws(visitor)])
      }
    }
    expect(found.length).toBeGreaterThan(8)
    expect(found.filter(([, flaws]) => flaws.length > 0)).toEqual([])
    await context.close()
  },
  120_000,
)

/** What axe calls serious or critical: the rule and the first element that breaks it. */
async function seriousFlaws({ page }: Pick<Visitor, 'page'>): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ['violations'] })`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html.slice(0, 300)}`)
}
