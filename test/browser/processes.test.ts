import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { httpClient } from '../support/http.ts'
import { signInAt } from '../support/sign-in.ts'
import { adminPassword, plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt } from '../tree/views.ts'

const tree = plantTree()
const hostile = '<img src=x onerror="document.title=1">'
const wide = { width: 1400, height: 850 }
let browser: TestBrowser
let root: TreeNode

beforeAll(async () => {
  const host = {
    CORTEX_CAPABILITIES: 'processes',
    CORTEX_DOCKER_SOCKET: join(tmpdir(), 'cortex-no-engine.sock'),
    CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '1000',
  }
  root = await tree.monitor('root', { inside: true, env: host })
  await tree.leaf('db-1', { inside: true, parents: [root.url], env: { ...host, CORTEX_NODE_NAME: 'Database 1' } })
  await until('the leaf is known at the root', async () => (await nodesAt(root)).get('db-1')?.status === 'online')
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree.close()
})

/** A process of our own that only sleeps, as nobody where the tests may choose, with a hostile word in its command line. */
async function sleeper() {
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', hostile], {
    stdio: 'ignore',
    cwd: '/',
    ...user,
  })
  const exited = once(child, 'exit').then(([, signal]) => String(signal))
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  return { pid: Number(child.pid), exited }
}

test('a process is found by its number and ended from its menu, after a question that names it', async () => {
  const { pid, exited } = await sleeper()
  const visitor = await browser.open({ locale: 'en-US', viewport: wide })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/nodes/db-1/processes')
  await page.getByRole('searchbox', { name: 'Filter' }).fill(`${pid} onerror`)
  const row = page.getByRole('row').filter({ hasText: hostile })
  await row.waitFor()
  await page.waitForURL('**/processes?q=*')

  await row.getByRole('button', { name: /^Actions:/ }).click()
  await page.getByRole('menuitem', { name: /^INT/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(`On Database 1, process`).waitFor()
  await dialog.getByText(`PID ${pid}`, { exact: false }).first().waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(() => process.kill(pid, 0)).not.toThrow()

  await row.getByRole('button', { name: /^Actions:/ }).click()
  await page.getByRole('menuitem', { name: /^TERM/ }).click()
  await dialog.getByRole('button', { name: 'Send SIGTERM' }).click()
  expect(await exited).toBe('SIGTERM')
  await page.getByText(`(${pid}) has ended`).waitFor()
  await page.getByText('Nothing fits').waitFor()
  expect(await page.title()).toBe('Cortex')
  expect(complaints).toEqual([])
  await visitor.context.close()
})

test('by keyboard alone, in Chinese, on a phone: a process is opened from the tree of processes and killed', async () => {
  const { pid, exited } = await sleeper()
  const visitor = await browser.open({ locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 780 } })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/nodes/db-1/processes')
  await page.getByRole('button', { name: '进程树' }).click()
  await page.waitForURL('**/processes?view=tree')
  await page.getByRole('searchbox', { name: '筛选' }).fill(String(pid))
  await page.getByRole('row').filter({ hasText: hostile }).waitFor()
  const grid = page.getByRole('grid', { name: '进程' })
  await grid.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  const sheet = page.getByRole('dialog').filter({ hasText: '发送信号' })
  await sheet.getByText(hostile).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await sheet.getByRole('button', { name: /^KILL/ }).press('Enter')
  await page.getByRole('button', { name: '发送 SIGKILL' }).press('Enter')
  expect(await exited).toBe('SIGKILL')
  expect(complaints).toEqual([])
  await visitor.context.close()
})

test('what the node refuses is shown in its own words, and the process lives', async () => {
  const visitor = await browser.open({ locale: 'en-US', viewport: wide })
  const { page } = visitor
  await signInAt(visitor, root.url, '/nodes/db-1/processes?sort=pid')
  await page
    .getByRole('row')
    .nth(1)
    .getByRole('button', { name: /^Actions:/ })
    .click()
  await page.getByRole('menuitem', { name: /^HUP/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send SIGHUP' }).click()
  await dialog.getByRole('alert').waitFor()
  expect(await dialog.getByRole('alert').textContent()).toMatch(/process 1|PID 1|never/i)
  await visitor.context.close()
})

test('a viewer sees processes and no way to act on them; a host without an engine and without jobs says so', async () => {
  const http = httpClient(`${root.url}/api`)
  const login = (await http.post('/auth/login', { username: 'admin', password: adminPassword })).body as {
    token: string
  }
  const eve = { username: 'eve', password: 'password-of-eve' }
  await http.withToken(login.token).post('/auth/register', { ...eve, role: 'viewer' })
  const visitor = await browser.open({ locale: 'en-US', viewport: wide })
  const { page } = visitor
  await signInAt(visitor, root.url, '/nodes/db-1/processes', eve)
  await page.getByRole('row').nth(3).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Listens on').waitFor()
  expect(await page.getByText('Send a signal').count()).toBe(0)
  expect(await page.getByRole('button', { name: /^Actions:/ }).count()).toBe(0)
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'hidden' })

  await page.getByRole('link', { name: 'Docker', exact: true }).click()
  await page.getByText('No container engine on this host').waitFor()
  await page.getByText('does not exist').waitFor()
  await page.getByRole('link', { name: 'Jobs', exact: true }).click()
  await page.getByText('No jobs on this host yet').waitFor()
  await visitor.context.close()
})
