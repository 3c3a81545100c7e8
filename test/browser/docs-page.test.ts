import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiNode, startApiNode } from '../cortex-api/api-node.ts'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { until } from '../support/until.ts'

let node: ApiNode
let browser: TestBrowser
beforeAll(async () => {
  node = await startApiNode()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await node?.close()
})

test('the page of the API shows every operation, asks no other host and breaks no rule of its own policy', async () => {
  const { page, complaints, requested } = await browser.open()
  const answer = await page.goto(`${node.url}/api/v1/docs`)
  expect(answer?.headers()['content-security-policy']).toContain("default-src 'none'")
  await page.locator('.opblock').first().waitFor()
  expect(await page.locator('.info .title').innerText()).toContain('Cortex')

  const documented = node.contract.operations.length
  expect(documented).toBeGreaterThan(50)
  // The page draws only what is near the part that one sees.
  const shown = new Set<string>()
  const allWereShown = async () => {
    for (const id of await page.locator('.opblock').evaluateAll((blocks) => blocks.map(({ id: name }) => name)))
      shown.add(id)
    await page.mouse.wheel(0, 400)
    return shown.size === documented
  }
  await until('every operation was shown', allWereShown, 60_000)
  await page.evaluate('window.scrollTo(0, 0)')

  const login = page.locator('.opblock', { hasText: '/api/v1/auth/login' }).first()
  await until('the login is on the screen', async () => {
    await page.mouse.wheel(0, 300)
    return login.isVisible()
  })
  await login.click()
  await page.getByRole('button', { name: 'Try it out' }).click()
  await page.locator('textarea.body-param__text').fill(JSON.stringify({ username: 'admin', password: 'wrong' }))
  await page.getByRole('button', { name: 'Execute' }).click()
  await page.locator('.live-responses-table .response', { hasText: 'UNAUTHORIZED' }).first().waitFor()

  expect(requested.filter((url) => !url.startsWith(node.url) && !url.startsWith('data:'))).toEqual([])
  expect(complaints.filter((complaint) => !complaint.includes('401 (Unauthorized)'))).toEqual([])
})

test('a script from elsewhere would not run on it', async () => {
  const { page, complaints } = await browser.open()
  await page.goto(`${node.url}/api/v1/docs`)
  await page.locator('.opblock').first().waitFor()
  expect(complaints).toEqual([])
  await page.evaluate(`{
    const script = document.createElement('script')
    script.textContent = 'window.ranInline = true'
    document.body.append(script)
  }`)
  expect(await page.evaluate('"ranInline" in window')).toBe(false)
  expect(complaints.join()).toMatch(/Content Security Policy/)
})
