import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, modelOf, newRequestId, rulesOf, startTree, adminPassword, type Tree } from '../decisions/tree.ts'
import { startBrowser, type TestBrowser, type Visitor } from '../support/browser.ts'
import { expectData } from '../support/http.ts'
import { type ModelStub, startModelStub } from '../support/model-stub.ts'

const hostile = '<img src=x onerror="document.title=1">'
const wide = { width: 1400, height: 900 }
let stub: ModelStub
let tree: Tree
let browser: TestBrowser

beforeAll(async () => {
  stub = await startModelStub({ kind: 'approve', reason: `safe ${hostile}` })
  tree = await startTree({
    root: { ...modelOf(stub), ...rulesOf({ name: 'people_decide', match: { target: 'haproxy*' }, verdict: 'human' }) },
  })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree?.close()
  await stub?.close()
})

async function visit(path: string, locale: string, viewport = wide, user = 'admin'): Promise<Visitor> {
  const visitor = await browser.open({ locale, viewport })
  const { page } = visitor
  await page.goto(`${tree.root.address()}/sign-in?next=${encodeURIComponent(path)}`)
  await page.fill('input[name=username]', user)
  await page.fill('input[name=password]', adminPassword)
  await page.click('button[type=submit]')
  await page.waitForURL(`**${path}`)
  return visitor
}

const decisionAtRoot = async (requestId: string) =>
  await eventually(async () => {
    const found = await tree.root.decision(requestId)
    if (!found) throw new Error('the root does not know it yet')
    return found
  })

test('what waits appears by itself, is approved with a reason, and its whole way is told', async () => {
  const visitor = await visit('/decisions', 'en-US')
  const { page, complaints } = visitor
  await page.getByRole('grid', { name: 'All decisions' }).waitFor()
  const requestId = newRequestId()
  await tree.leaf.ask({
    requestId,
    fix: 'systemctl restart haproxy',
    issue: { description: hostile, risk_assessment: 'connections drop', details: { exit_code: 137 } },
  })
  const waiting = page.getByRole('region', { name: 'Waiting for a decision' })
  await waiting.getByText('systemctl restart haproxy').click()
  await page.waitForURL('**/decisions?decision=*')
  const way = page.getByRole('list', { name: 'The way' })
  await way.getByText(hostile).waitFor()
  await way.getByText('connections drop').waitFor()
  await way.getByText('137').waitFor()
  for (const rule of ['rule known_action', 'rule people_decide']) await way.getByText(rule).first().waitFor()

  await page.getByRole('button', { name: 'Approve' }).click()
  const dialog = page.getByRole('dialog', { name: 'Approve this repair?' })
  await dialog.getByText('systemctl restart haproxy').waitFor()
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await dialog.getByText('Say why').waitFor()
  await dialog.getByLabel('Reason').fill('looked at it')
  await page.keyboard.press('Enter')
  await way.getByText('admin decided').waitFor()
  expect(await decisionAtRoot(requestId)).toMatchObject({ status: 'approved', reason: 'looked at it' })

  const { decision_id: id } = await tree.leaf.ask({ requestId, fix: 'systemctl restart haproxy' })
  const result = { status: 'success', output: `restarted ${hostile}`, took_ms: 2500 }
  expectData(await tree.leaf.api.post(`/decisions/${id}/result`, result))
  await way.getByText(`restarted ${hostile}`).waitFor()
  await way.getByText('2.5 s').waitFor()
  await page.getByText('Executed on').waitFor()

  await page.getByRole('link', { name: tree.leaf.id }).first().click()
  const line = page.getByRole('list', { name: 'Timeline' })
  await line.getByText('L2 request from').first().waitFor()
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('decision')
  await line.getByText('L2 request from').first().waitFor({ state: 'hidden' })
  await line
    .getByRole('link', { name: /haproxy/ })
    .first()
    .click()
  await page.waitForURL(`**/nodes/${tree.leaf.id}/decisions?decision=*`)
  await way.getByText('admin decided').waitFor()
  expect(await page.title()).toBe('Cortex')
  expect(complaints).toEqual([])
  await visitor.context.close()
})

test('a decision of the model is shown as its guess, in Chinese, on a phone; a rejection too', async () => {
  const requestId = newRequestId()
  await tree.leaf.ask({ requestId })
  const { decision_id: id } = await decisionAtRoot(requestId)
  const phone = { width: 390, height: 780 }
  const visitor = await visit(`/decisions?decision=${id}`, 'zh-CN', phone)
  const { page, complaints } = visitor
  const way = page.getByRole('list', { name: '经过' })
  await way.getByText('模型的判断').waitFor()
  await way.getByText('令牌 1 入 / 1 出').waitFor()
  await way.getByText(`safe ${hostile}`).first().waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(phone.width)

  const refused = newRequestId()
  await tree.leaf.ask({ requestId: refused, fix: 'systemctl restart haproxy2' })
  await page.getByRole('link', { name: '返回列表' }).click()
  await page.getByRole('region', { name: '等待决定' }).getByText('haproxy2').click()
  await page.getByRole('button', { name: '拒绝' }).click()
  await page.getByLabel('理由').fill('现在不行')
  await page.getByRole('dialog').getByRole('button', { name: '拒绝' }).click()
  await eventually(async () => expect(await tree.root.decision(refused)).toMatchObject({ status: 'rejected' }))
  await way.getByText('admin 的决定').waitFor()
  expect(complaints).toEqual([])
  await visitor.context.close()
})

test('who only reads sees the way and no button', async () => {
  const person = { username: 'reader', password: adminPassword, role: 'viewer' }
  expectData(await tree.root.admin.post('/auth/users', person), 201)
  const requestId = newRequestId()
  await tree.leaf.ask({ requestId, fix: 'systemctl restart haproxy3' })
  const { decision_id: id } = await decisionAtRoot(requestId)
  const visitor = await visit(`/decisions?decision=${id}`, 'en-US', wide, 'reader')
  const { page } = visitor
  await page.getByRole('list', { name: 'The way' }).getByText('rule people_decide', { exact: true }).waitFor()
  expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Timeline', exact: true }).click()
  await page.getByRole('grid', { name: 'Timeline' }).waitFor()
  expect(await page.getByRole('button', { name: 'Add a note' }).count()).toBe(0)
  await visitor.context.close()
})

test('the timeline is searched by its address, leads from an event to its decision, and takes notes', async () => {
  const requestId = newRequestId()
  await tree.leaf.ask({ requestId, fix: 'systemctl restart varnish' })
  const visitor = await visit('/timeline?q=varnish', 'en-US')
  const { page, complaints } = visitor
  const row = page.getByRole('row').filter({ hasText: 'varnish' })
  await row.first().waitFor()
  expect(await row.count()).toBe(1)
  await page.getByRole('grid', { name: 'Timeline' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('link', { name: 'All events of this task' }).click()
  await page.waitForURL('**/timeline?task=*')
  await page.getByRole('row').filter({ hasText: 'L2 Decision for' }).first().click()
  await page
    .getByRole('dialog')
    .getByRole('link', { name: /Open decision/ })
    .first()
    .click()
  await page.getByRole('list', { name: 'The way' }).waitFor()

  await page.getByRole('link', { name: 'Timeline', exact: true }).click()
  await page.waitForURL('**/timeline')
  await page.getByRole('combobox', { name: 'Type' }).selectOption('note')
  await page.getByRole('combobox', { name: 'Time', exact: true }).selectOption('h1')
  await page.waitForURL('**/timeline?type=note&since=1h')
  await page.getByRole('button', { name: 'Add a note' }).click()
  const note = `we work on the web servers ${hostile}`
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill(note)
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('row').filter({ hasText: note }).waitFor()
  const { intents } = expectData(await tree.root.admin.get('/intents?q=web%20servers'))
  expect(intents).toMatchObject([{ data: note, actor: 'admin', agent_id: 'root' }])
  expect(complaints).toEqual([])
  await visitor.context.close()
})

test('new events wait behind a button while one reads', async () => {
  const visitor = await visit('/timeline', 'en-US')
  const { page } = visitor
  await page.getByRole('row').nth(1).waitFor()
  await tree.leaf.ask({ requestId: newRequestId(), fix: 'systemctl restart squid' })
  const fresh = page.getByRole('button', { name: /\d+ new/ })
  await fresh.waitFor()
  expect(await page.getByRole('row').filter({ hasText: 'squid' }).count()).toBe(0)
  await fresh.click()
  await page.getByRole('row').filter({ hasText: 'squid' }).first().waitFor()
  await visitor.context.close()
})

test('the audit log is filtered, opened and verified', async () => {
  const visitor = await visit('/audit?action=decision.', 'en-US')
  const { page, complaints } = visitor
  await page.getByRole('row').filter({ hasText: 'decision.' }).first().waitFor()
  expect(await page.getByRole('row').filter({ hasText: 'auth.' }).count()).toBe(0)
  await page.getByRole('row').nth(1).click()
  await page.getByRole('dialog').getByText('request_id').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('searchbox', { name: 'Target' }).fill('nobody')
  await page.getByText('No entry fits').waitFor()
  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await page.getByRole('button', { name: 'Verify' }).click()
  await page
    .getByRole('dialog')
    .getByText(/All \d+ entries are intact/)
    .waitFor()
  expect(complaints).toEqual([])
  await visitor.context.close()
})
