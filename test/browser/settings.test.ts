import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser, type Visitor } from '../support/browser.ts'
import { expectData, httpClient } from '../support/http.ts'
import { adminPassword, plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt } from '../tree/views.ts'

const tree = plantTree()
const hostile = '<img src=x onerror="document.title=1">'
const wide = { width: 1400, height: 850 }
const generously = {
  CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '1000',
  CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '1000',
}
let browser: TestBrowser
let root: TreeNode

beforeAll(async () => {
  root = await tree.monitor('root', { inside: true, env: generously })
  const region = await tree.monitor('eu', { inside: true, parents: [root.url] })
  await tree.leaf('db-1', { inside: true, parents: [region.url], env: { CORTEX_NODE_NAME: hostile } })
  await tree.leaf('web-1', { inside: true, parents: [root.url] })
  await until('the leaves are known at the root', async () => {
    const nodes = await nodesAt(root)
    return nodes.get('db-1')?.status === 'online' && nodes.get('web-1')?.status === 'online'
  })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree.close()
})

type Look = Parameters<TestBrowser['open']>[0]

async function signedIn(look: Look, path: string, who = { username: 'admin', password: adminPassword }) {
  const visitor = await browser.open(look)
  const { page } = visitor
  await page.goto(`${root.url}/sign-in?next=${encodeURIComponent(path)}`)
  await page.fill('input[name=username]', who.username)
  await page.fill('input[name=password]', who.password)
  await page.click('button[type=submit]')
  await page.waitForURL(`**${path}`)
  return visitor
}

/** What the browser complained about, but for loads that a change of page cut short. */
const complaintsOf = ({ complaints }: Visitor) => complaints.filter((text) => !text.includes('ERR_ABORTED'))

const login = (username: string, password: string) =>
  httpClient(`${root.url}/api/v1`).post('/auth/login', { username, password })
const keyWorks = async (key: string, agentId: string) =>
  (
    await httpClient(`${root.url}/api/v1`)
      .withKey(key)
      .post('/heartbeat', { agent_id: agentId, timestamp: new Date().toISOString(), status: 'healthy' })
  ).status === 200

/** A row of the table, also while a dialog is before it. */
const rowOf = ({ page }: Visitor, text: string) => page.locator('[role=row]').filter({ hasText: text })

/** The secret in the dialog, and the dialog closed. */
async function takeSecret({ page }: Visitor, closing: string): Promise<string> {
  const dialog = page.getByRole('dialog')
  const text = (await dialog.locator('code').first().textContent()) ?? ''
  await dialog.getByRole('button', { name: closing }).click()
  await dialog.waitFor({ state: 'hidden' })
  return text
}

test('a user is created, changed, gets another password, is disabled and deleted; passwords are seen once', async () => {
  const visitor = await signedIn({ locale: 'zh-CN', viewport: wide }, '/settings/users')
  const { page } = visitor
  await page.getByRole('button', { name: '添加用户' }).click()
  await page.getByLabel('用户名').fill('li.lei')
  await page.getByRole('button', { name: '创建' }).click()
  await page.getByRole('dialog', { name: 'li.lei 的密码' }).waitFor()
  // Closing by mistake warns once.
  await page.keyboard.press('Escape')
  await page.getByRole('alert').filter({ hasText: '关闭后无法再次查看' }).waitFor()
  const first = await takeSecret(visitor, '我已保存')
  expect(expectData(await login('li.lei', first))).toMatchObject({ user: { role: 'viewer' } })

  const row = rowOf(visitor, 'li.lei')
  await row.click()
  await page.getByLabel('角色').selectOption('operator')
  await page.getByRole('button', { name: '保存' }).click()
  await row.filter({ hasText: '操作员' }).waitFor()
  await page.getByRole('button', { name: '重置密码' }).click()
  await page.getByRole('dialog', { name: '重置密码' }).getByRole('button', { name: '重置密码' }).click()
  await page.getByRole('dialog', { name: 'li.lei 的密码' }).waitFor()
  const second = await takeSecret(visitor, '我已保存')
  expect((await login('li.lei', first)).status).toBe(401)
  expect(expectData(await login('li.lei', second))).toMatchObject({ user: { role: 'operator' } })

  await row.click()
  await page.getByRole('button', { name: '停用' }).click()
  await page.getByRole('dialog', { name: '停用' }).getByRole('button', { name: '停用' }).click()
  await row.filter({ hasText: '已停用' }).waitFor()
  expect((await login('li.lei', second)).status).toBe(401)
  await page.getByRole('button', { name: '启用' }).click()
  await row.filter({ hasText: '正常' }).waitFor()
  expectData(await login('li.lei', second))

  await page.getByRole('button', { name: '删除用户' }).click()
  const asked = page.getByRole('dialog', { name: '删除用户' })
  expect(await asked.getByRole('button', { name: '删除用户' }).isDisabled()).toBe(true)
  await asked.getByRole('textbox').fill('li.lei')
  await asked.getByRole('button', { name: '删除用户' }).click()
  await row.waitFor({ state: 'hidden' })
  expect((await login('li.lei', second)).status).toBe(401)
  expect(complaintsOf(visitor)).toEqual([])
  await visitor.context.close()
})

test('a leaked key is replaced in two clicks from its node, and a key is made and revoked', async () => {
  const visitor = await signedIn({ locale: 'zh-CN', viewport: wide }, '/nodes/web-1/overview')
  const { page } = visitor
  const goodKeys = async () => {
    const { api_keys } = expectData(await root.api.get('/auth/api-keys?agent_id=web-1&limit=1000'))
    const keys = api_keys as Array<{ api_key_id: number; status: string }>
    return keys.filter(({ status }) => status === 'active').map(({ api_key_id }) => api_key_id)
  }
  const leaked = await goodKeys()
  expect(leaked.length).toBeGreaterThan(0)
  await page.getByRole('button', { name: '更换密钥' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '更换密钥' }).click()
  await page.getByRole('dialog', { name: 'web-1 的新密钥' }).waitFor()
  const key = await takeSecret(visitor, '我已保存')
  expect(await keyWorks(key, 'web-1')).toBe(true)
  // The node, which has the registration token, may have got one of its own meanwhile.
  expect((await goodKeys()).filter((id) => leaked.includes(id))).toEqual([])

  await page.getByRole('link', { name: '设置' }).click()
  await page.getByRole('link', { name: 'API 密钥' }).click()
  await page.getByRole('button', { name: '生成密钥' }).click()
  await page.getByLabel('节点', { exact: true }).fill('web-1')
  await page.getByLabel('名称').fill('备用 <b>')
  await page.getByRole('button', { name: '创建' }).click()
  await page.getByRole('dialog', { name: 'web-1 的新密钥' }).waitFor()
  const spare = await takeSecret(visitor, '我已保存')
  expect(await keyWorks(spare, 'web-1')).toBe(true)
  await rowOf(visitor, '备用 <b>').click()
  await page.getByRole('button', { name: '撤销' }).click()
  const asked = page.getByRole('dialog', { name: '撤销' })
  await asked.getByText('备用 <b>').waitFor()
  await asked.getByRole('button', { name: '撤销' }).click()
  await rowOf(visitor, '备用 <b>').waitFor({ state: 'hidden' })
  expect(await keyWorks(spare, 'web-1')).toBe(false)
  expect(await keyWorks(key, 'web-1')).toBe(true)

  // Of a node further down another monitor has the keys.
  await page.goto(`${root.url}/nodes/db-1/node`)
  await page.getByRole('button', { name: '更换密钥' }).click()
  await page.getByRole('dialog').getByText('由其上级 eu 管理').waitFor()
  expect(complaintsOf(visitor)).toEqual([])
  await visitor.context.close()
})

test('a server is created with its key and given to a user, who sees that one alone', async () => {
  const guest = { username: 'han.mei', password: 'password-of-han-mei' }
  expectData(await root.api.post('/auth/users', { ...guest, role: 'user' }), 201)
  const visitor = await signedIn({ locale: 'en-US', colorScheme: 'dark', viewport: wide }, '/settings/servers')
  const { page } = visitor
  await page.getByRole('button', { name: 'Create a server' }).click()
  await page.getByLabel('Name').fill('Shop')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('dialog', { name: 'Key of Shop' }).waitFor()
  const key = await takeSecret(visitor, 'I have it')
  const row = rowOf(visitor, 'Shop')
  await row.click()
  const dialog = page.getByRole('dialog', { name: 'Shop' })
  const agentId = (await dialog.locator('code').textContent()) ?? ''
  expect(await keyWorks(key, agentId)).toBe(true)
  await dialog.getByLabel('Owner').selectOption('han.mei')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await row.filter({ hasText: 'han.mei' }).waitFor()
  expect(complaintsOf(visitor)).toEqual([])
  await visitor.context.close()

  const other = await signedIn({ locale: 'en-US', viewport: wide }, '/settings/servers', guest)
  await other.page.getByRole('row').filter({ hasText: 'Shop' }).waitFor()
  expect(await other.page.getByRole('row').count()).toBe(2)
  await other.page.getByRole('link', { name: 'My account' }).waitFor()
  expect(await other.page.getByRole('link', { name: 'Users', exact: true }).count()).toBe(0)
  await other.page.goto(`${root.url}/settings/users`)
  await other.page.getByText('No such page').waitFor()
  await other.context.close()
})

test('what a stranger may see: nothing, and then name and measurements alone, which an admin was asked about', async () => {
  const stranger = await browser.open({ locale: 'en-US', colorScheme: 'dark', viewport: { width: 390, height: 780 } })
  await stranger.page.goto(`${root.url}/public`)
  await stranger.page.getByText('There is no public page').waitFor()

  const visitor = await signedIn({ locale: 'zh-CN', viewport: wide }, '/settings/site')
  const { page } = visitor
  await page.getByLabel('站点标题').fill(`商店 ${hostile}`)
  await page.getByLabel('数据保留（天）').fill('many')
  await page.getByText('请填写 1 到 3650 之间的整数').waitFor()
  expect(await page.getByRole('button', { name: '保存' }).isDisabled()).toBe(true)
  await page.getByLabel('数据保留（天）').fill('7')
  await page.getByLabel('公开页').check()
  await page.getByRole('button', { name: '保存' }).click()
  const asked = page.getByRole('dialog', { name: '确认修改' })
  await asked.getByText('从 30 天缩短为 7 天').waitFor()
  await asked.getByText('对任何人可见').waitFor()
  await asked.getByRole('button', { name: '确认保存' }).click()
  await page.getByRole('link', { name: '打开公开页' }).waitFor()
  expect(complaintsOf(visitor)).toEqual([])
  await visitor.context.close()

  await stranger.page.reload()
  await stranger.page.getByRole('heading', { name: `商店 ${hostile}` }).waitFor()
  const card = stranger.page.getByRole('listitem').filter({ hasText: hostile })
  await card.getByRole('button').click()
  await card.getByRole('status').filter({ hasText: 'Live' }).waitFor()
  await card.getByText('Load').waitFor()
  const measuredAt = () => card.locator('time').last().getAttribute('datetime')
  const before = await measuredAt()
  await until('new figures come by themselves', async () => (await measuredAt()) !== before)
  expect(await stranger.page.title()).toBe('Cortex')
  expect(stranger.requested.filter((url) => /\/api\/(?!public|settings\/public)/.test(url))).toEqual([])
  expect(complaintsOf(stranger)).toEqual([])
  await stranger.context.close()
})

test('this monitor says how it does; a host’s command grants what was chosen; the account ends its other logins', async () => {
  const person = { username: 'wang.fang', password: 'password-of-wang-fang' }
  expectData(await root.api.post('/auth/users', { ...person, role: 'admin' }), 201)
  const elsewhere = expectData(await login(person.username, person.password))
  const token = String(elsewhere['access_token'])
  const look = { locale: 'en-US', viewport: { width: 390, height: 780 } }
  const visitor = await signedIn(look, '/settings/monitor', person)
  const { page } = visitor
  await page.getByText('There is no parent: this is the root.').waitFor()
  await page.getByText('external PostgreSQL, answers in').waitFor()

  await page.getByRole('link', { name: 'Add a host' }).click()
  await page.getByLabel('Terminal').check()
  await page.getByLabel('Folders that may be worked in').fill('/srv\n/var/log:ro')
  await page.getByText('--allow terminal,files:/srv,files:/var/log:ro').waitFor()
  await page.getByLabel('Folders that may be worked in').fill('srv')
  await page.getByText('must be absolute paths').waitFor()

  await page.getByRole('link', { name: 'My account' }).click()
  await page.getByLabel('Appearance').selectOption('dark')
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
  expect((await httpClient(`${root.url}/api/v1`).withToken(token).get('/auth/me')).status).toBe(401)
  await page.getByLabel('Language').selectOption('zh')
  await page.getByRole('heading', { name: '语言与外观' }).waitFor()
  expect(complaintsOf(visitor)).toEqual([])
  await visitor.context.close()
})

test('removing a region names what goes with it and wants its id typed; by keyboard', async () => {
  const visitor = await signedIn({ locale: 'en-US', viewport: wide }, '/settings/servers')
  const { page } = visitor
  await page.fill('input[type=search]', 'Node eu')
  await page.waitForURL('**/servers?q=Node+eu')
  await rowOf(visitor, 'Node web-1').waitFor({ state: 'hidden' })
  await page.getByRole('grid').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Remove node' }).press('Enter')
  const asked = page.getByRole('dialog', { name: 'Remove node' })
  await asked.getByText('Takes Node eu and the 1 nodes below it').waitFor()
  await asked.getByText(hostile).waitFor()
  await asked.getByRole('textbox').fill('eu')
  await page.keyboard.press('Enter')
  await asked.waitFor({ state: 'hidden' })
  await until('the region and its leaf are gone', async () => {
    const nodes = await nodesAt(root)
    return !nodes.has('eu') && !nodes.has('db-1')
  })
  await page.getByRole('treeitem').filter({ hasText: 'Node eu' }).waitFor({ state: 'hidden' })
  expect(complaintsOf(visitor)).toEqual([])
  await visitor.context.close()
})
