import { Hono } from 'hono'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Page } from 'playwright-core'
import { startBrowser, type TestBrowser, type Visitor } from '../support/browser.ts'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { expectData, serveApp } from '../support/http.ts'
import { adminPassword, plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { alertsAt } from '../tree/views.ts'

const env = {
  CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '1000',
  CORTEX_OFFLINE_AFTER_S: '3600',
  CORTEX_ALERTING_GROUP_WAIT_S: '0.2',
  CORTEX_NOTIFICATIONS_ALLOWED_ADDRESSES: '127.0.0.1',
}
const hostile = '<img src=x onerror="document.title=1"> \u202Egpj.exe'
const tree = plantTree()
const received: string[] = []
let browser: TestBrowser
let receiver: Awaited<ReturnType<typeof serveApp>>
let root: TreeNode
let region: TreeNode
let web: HandLeaf

beforeAll(async () => {
  const app = new Hono()
  app.post('/hook', async (c) => {
    received.push(await c.req.text())
    return c.text('ok')
  })
  receiver = await serveApp(app)
  root = await tree.monitor('root', { inside: true, env })
  region = await tree.monitor('eu', { inside: true, env, parents: [root.url] })
  for (const id of ['db-1', 'db-2', 'db-3']) {
    const leaf = await joinByHand(region, id)
    await leaf.report([{ level: 'L3', type: 'disk_full', subject: '/var' }])
  }
  web = await joinByHand(root, 'web-1')
  const issue = { level: 'L3', type: 'oom', subject: 'php', severity: 'critical', details: { note: hostile } } as const
  await web.report([], { status: 'critical', issues: [{ ...issue, description: hostile }] })
  await until('the root knows all four alerts', async () => (await alertsAt(root, 'open=true')).length === 4, 30_000)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree.close()
  await receiver?.close()
})

const wide = { locale: 'en-US', colorScheme: 'light', viewport: { width: 1400, height: 850 } } as const

async function signedIn(
  path: string,
  options: Parameters<TestBrowser['open']>[0],
  { username, password } = { username: 'admin', password: adminPassword },
): Promise<Visitor> {
  const visitor = await browser.open(options)
  onTestFinished(() => visitor.context.close())
  await visitor.page.goto(`${root.url}/sign-in?next=${encodeURIComponent(path)}`)
  await visitor.page.fill('input[name=username]', username)
  await visitor.page.fill('input[name=password]', password)
  await visitor.page.click('button[type=submit]')
  await visitor.page.waitForURL(`${root.url}${path}`)
  return visitor
}
const list = (page: Page) => page.getByRole('grid')
const rowOf = (page: Page, text: string) => list(page).getByRole('row').filter({ hasText: text })
const dialog = (page: Page) => page.getByRole('dialog')

test('three alerts of one fault are one line; they are acknowledged together, with a note, at every level', async () => {
  const { page, complaints } = await signedIn('/alerts', wide)
  const group = rowOf(page, 'disk_full on 3 nodes')
  await group.waitFor()
  expect(await list(page).getByRole('row').count()).toBe(2)
  await group.click()
  await rowOf(page, 'Leaf db-2').last().waitFor()
  expect(await list(page).getByRole('row').count()).toBe(5)

  await group.getByRole('checkbox').click()
  await page.getByText('3 selected').waitFor()
  await page.getByRole('button', { name: 'Acknowledge' }).click()
  await dialog(page).getByText('Acknowledge alerts: 3').waitFor()
  await dialog(page).getByText('Leaf db-3').waitFor()
  await dialog(page).getByLabel('Notes').fill('the volume is being enlarged')
  await dialog(page).getByLabel('On behalf of').fill('night shift')
  await dialog(page).getByRole('button', { name: 'Acknowledge' }).click()
  await dialog(page).waitFor({ state: 'hidden' })

  const acknowledged = await alertsAt(root, 'status=acknowledged')
  expect(acknowledged).toHaveLength(3)
  expect(acknowledged[0]).toMatchObject({
    acknowledged_by: 'admin',
    notes: 'the volume is being enlarged',
    on_behalf_of: 'night shift',
  })
  await until('the region knows too', async () => (await alertsAt(region, 'status=acknowledged')).length === 3, 30_000)
  await page.goto(`${root.url}/nodes/eu/alerts?status=acknowledged&severity=high&type=disk_full&q=db-2&group=none`)
  await page.getByText('Alerts: 1 of 1').waitFor()
  await rowOf(page, 'acknowledged by admin').waitFor()
  expect(complaints).toEqual([])
})

test('by keyboard: j to the alert, Enter opens it as text, r resolves it; its timeline says so', async () => {
  const { page, complaints } = await signedIn('/overview', wide)
  await page.keyboard.press('Control+k')
  await dialog(page).getByRole('combobox').fill('oom')
  await page.getByRole('option').filter({ hasText: 'onerror' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/alerts\?alert=\d+/)
  await page.getByRole('complementary').waitFor()
  await page.goto(`${root.url}/alerts?q=oom`)
  await rowOf(page, 'onerror').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL(/alert=\d+/)
  const drawer = page.getByRole('complementary')
  await drawer.getByText(hostile, { exact: true }).first().waitFor()
  await drawer.getByText('There is no channel yet').waitFor()
  await page.keyboard.press('r')
  await dialog(page).getByLabel('Notes').fill('restarted')
  await dialog(page).getByRole('button', { name: 'Resolve' }).click()
  await dialog(page).waitFor({ state: 'hidden' })
  await drawer.getByText('Alert resolved on web-1: oom').waitFor({ timeout: 20_000 })
  expect(await alertsAt(root, 'type=oom')).toMatchObject([
    { status: 'resolved', resolved_by: 'admin', notes: 'restarted' },
  ])
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  await page.getByText('No alert fits').waitFor()
  expect([await page.title(), complaints]).toEqual(['Cortex', []])
})

test('在手机上：由告警新建静默，预览覆盖的节点，提前结束；每周维护窗口', async () => {
  const phone = { locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 780 } } as const
  const { page, complaints } = await signedIn('/alerts?group=none&q=db-1', phone)
  await rowOf(page, 'Leaf db-1').click()
  await page.getByRole('complementary').getByRole('button', { name: '静默' }).click()
  await dialog(page).getByRole('button', { name: '4 小时' }).click()
  await dialog(page).getByText('覆盖 1 个节点').waitFor()
  await dialog(page).getByText('1 条未关闭的告警不再通知').waitFor()
  await dialog(page).getByLabel('原因').fill('今晚扩容')
  await dialog(page).getByRole('button', { name: '保存' }).click()
  await dialog(page).waitFor({ state: 'hidden' })
  await page.getByText('有 1 个静默正在生效').waitFor()
  const [made] = await silences()
  expect(made).toMatchObject({ scope: 'db-1', matchers: { type: 'disk_full', subject: '/var' }, state: 'active' })
  const hours = (Date.parse(String(made?.['ends_at'])) - Date.now()) / 3_600_000
  expect(hours).toBeGreaterThan(3.9)
  expect(hours).toBeLessThanOrEqual(4)

  await page.goto(`${root.url}/nodes/eu/alerts?view=silences`)
  await page.getByText('今晚扩容').waitFor()
  await page.getByRole('button', { name: '提前结束' }).click()
  await dialog(page).getByText('db-1').waitFor()
  await dialog(page).getByRole('button', { name: '提前结束' }).click()
  await page.getByText('没有静默').waitFor()
  expect(await silences()).toMatchObject([{ state: 'expired' }])

  await page.getByRole('button', { name: '新建维护窗口' }).click()
  await dialog(page).getByText('覆盖 4 个节点').waitFor()
  await dialog(page).getByLabel('每周重复').check()
  await dialog(page).getByRole('button', { name: '周二' }).click()
  await dialog(page).getByLabel('时区').fill('Asia/Shanghai')
  await dialog(page).getByLabel('原因').fill('例行补丁')
  await dialog(page).getByRole('button', { name: '保存' }).click()
  await page.getByText('周二 周日 02:00 起 2 小时（Asia/Shanghai）').waitFor()
  expect(await silences()).toContainEqual(
    expect.objectContaining({
      scope: 'eu',
      kind: 'maintenance',
      recurrence: { weekdays: [2, 7], time: '02:00', duration_minutes: 120, time_zone: 'Asia/Shanghai' },
    }),
  )
  await page.getByRole('button', { name: '修改', exact: true }).click()
  await dialog(page).getByLabel('时长').fill('3')
  await dialog(page).getByRole('button', { name: '保存' }).click()
  await page.getByText('周二 周日 02:00 起 3 小时（Asia/Shanghai）').waitFor()
  expect((await silences()).filter(({ kind }) => kind === 'maintenance')).toMatchObject([
    { reason: '例行补丁', recurrence: { duration_minutes: 180 } },
  ])
  expect(complaints).toEqual([])
})

test('a rule says in words what it does, is turned off and deleted; the region shows it as the root’s', async () => {
  const { page, complaints } = await signedIn('/alerts?view=rules', wide)
  await page.getByRole('button', { name: 'New rule' }).click()
  await dialog(page).getByLabel('Threshold', { exact: true }).fill('101')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await dialog(page).getByRole('alert').waitFor()
  await dialog(page).getByLabel('Threshold', { exact: true }).fill('85')
  const sentence = 'cpu at or above 85 % for 5 min on every server: high alert'
  await dialog(page).getByText(sentence).waitFor()
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await dialog(page).waitFor({ state: 'hidden' })
  await page.getByText(sentence).waitFor()
  expect(await rules(root)).toMatchObject([{ type: 'cpu', threshold: 85, duration: 300, server_id: null }])
  await until('the region has it', async () => (await rules(region))[0]?.['inherited_from'] === 'root', 30_000)

  await page.getByRole('button', { name: 'Turn off' }).click()
  await page.getByRole('button', { name: 'Turn on' }).waitFor()
  expect(await rules(root)).toMatchObject([{ enabled: false }])
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await dialog(page).getByLabel('What is watched').selectOption('process')
  await dialog(page).getByLabel('Name', { exact: true }).fill('nginx')
  await dialog(page).getByLabel('Server').fill('db-1')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await page.getByText('running processes nginx below 1 for 5 min on Leaf db-1: high alert').waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await dialog(page).getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No alert rules').waitFor()
  expect(await rules(root)).toEqual([])
  expect(complaints.filter((text) => !text.includes('400'))).toEqual([])
})

test('a channel is tested before it is trusted, keeps its secrets, and what it was told is listed', async () => {
  const { page } = await signedIn('/alerts?view=channels', wide)
  await page.getByRole('button', { name: 'New channel' }).click()
  await dialog(page).getByLabel('Name', { exact: true }).fill('on-call hook')
  await dialog(page).getByLabel('Address', { exact: true }).fill('http://127.0.0.1:9/hook')
  await dialog(page).getByLabel('Signing secret').fill('hush-hush-secret')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await page.getByText('on-call hook').waitFor()
  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByRole('listitem').getByRole('alert').waitFor({ timeout: 30_000 })

  await page.getByRole('button', { name: 'Change', exact: true }).click()
  expect(await dialog(page).getByLabel('Signing secret').inputValue()).toBe('******')
  await dialog(page).getByLabel('Least severity').selectOption('high')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await page.getByText('high and above').waitFor()
  expect(await page.getByRole('listitem').getByRole('alert').count()).toBe(0)
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await dialog(page).getByLabel('Address', { exact: true }).fill(`${receiver.url}/hook`)
  await dialog(page).getByLabel('Signing secret').fill('hush-hush-again')
  await dialog(page).getByRole('button', { name: 'Save' }).click()
  await dialog(page).waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByText('the test was taken by the receiver').waitFor({ timeout: 30_000 })
  expect(received.length).toBeGreaterThan(0)

  await web.report([{ level: 'L3', type: 'told', subject: '' }])
  await until('the receiver is told', () => received.some((body) => body.includes('told on web-1')), 30_000)
  await page.getByRole('link', { name: 'Notices sent' }).click()
  await rowOf(page, 'no connection').first().waitFor()
  await rowOf(page, 'firing').first().click()
  await dialog(page).getByText('told on web-1').first().waitFor()
  await page.keyboard.press('Escape')
  await page.goto(`${root.url}/nodes/eu/alerts?view=notices`)
  await rowOf(page, 'on-call hook').or(page.getByText('No notices')).first().waitFor()
  expect(await rowOf(page, 'web-1').count()).toBe(0)
  await page.goto(`${root.url}/alerts?view=notices`)

  await page.getByRole('link', { name: 'Records' }).click()
  await page.getByLabel('Only unresolved ones').check()
  await rowOf(page, 'told on web-1').click()
  await page.getByRole('complementary').getByText('told (firing, notices: 1)').waitFor({ timeout: 20_000 })
  await page.goto(`${root.url}/alerts?view=channels`)
  await page.getByRole('button', { name: 'Delete' }).click()
  await dialog(page).getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No channels yet').waitFor()
})

test('what is on a silent node is one line under its silence; a viewer may look, and is offered nothing to do', async () => {
  const password = 'password-of-a-viewer'
  expectData(await root.api.post('/auth/users', { username: 'looker', password, role: 'viewer' }), 201)
  await root.stop()
  await root.start({ CORTEX_OFFLINE_AFTER_S: '3' })
  await until(
    'the silent node is missed',
    async () => (await alertsAt(root, 'open=true&type=node_offline&under=web-1')).length === 1,
    30_000,
  )
  const { page } = await signedIn('/alerts', wide, { username: 'looker', password })
  const cause = rowOf(page, 'Node web-1 has not been heard from').first()
  await cause.getByText('out of reach: 2 alerts').waitFor()
  await cause.click()
  await rowOf(page, 'told on web-1').waitFor()
  await rowOf(page, 'disk_full on 3 nodes').click()
  await rowOf(page, 'disk_full on db-3').click()
  const drawer = page.getByRole('complementary')
  await drawer.getByText('on behalf of night shift').waitFor()
  expect(await list(page).getByRole('checkbox').count()).toBe(0)
  expect(await drawer.getByRole('button').count()).toBe(1)
  await page.keyboard.press('r')
  await page.getByRole('link', { name: 'Silences and maintenance' }).click()
  await page.getByText('例行补丁').waitFor()
  for (const name of ['New silence', 'End now']) expect(await page.getByRole('button', { name }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'Channels' }).count()).toBe(0)
  expect(await dialog(page).count()).toBe(0)
})

async function silences(): Promise<Array<Record<string, unknown>>> {
  return expectData(await root.api.get('/silences'))['silences'] as Array<Record<string, unknown>>
}
async function rules(monitor: TreeNode): Promise<Array<Record<string, unknown>>> {
  const { body } = await monitor.api.get('/../alerts/settings')
  return (body as { settings: Array<Record<string, unknown>> }).settings
}
