import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { freePort, get, type NginxRig, nginxRig, site } from '../host/nginx/nginx-rig.ts'
import { pebbleRig } from '../host/nginx/pebble-rig.ts'
import { startBrowser, type TestBrowser, type Visitor } from '../support/browser.ts'
import { signInAt } from '../support/sign-in.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt } from '../tree/views.ts'

const tree = plantTree()
const wide = { width: 1400, height: 850 }
const folder = mkdtempSync(join(tmpdir(), 'cortex-nginx-page-'))
let nginx: NginxRig
let pebble: Awaited<ReturnType<typeof pebbleRig>>
let browser: TestBrowser
let root: TreeNode

beforeAll(async () => {
  nginx = await nginxRig()
  pebble = await pebbleRig(nginx.root, nginx.port)
  const config = join(folder, 'cortex.yaml')
  const { command, configPath, prefix } = nginx.options
  writeFileSync(
    config,
    stringify({
      capabilities: ['nginx'],
      nginx: {
        command,
        config_path: configPath,
        prefix,
        unit: null,
        http_port: nginx.port,
        https_port: await freePort(),
        acme_directory_url: pebble.directoryUrl,
        acme_ca_file: pebble.caFile,
      },
    }),
  )
  const env = { CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '1000' }
  root = await tree.monitor('root', { inside: true, env })
  await tree.leaf('web-1', { inside: true, parents: [root.url], env: { CORTEX_CONFIG: config } })
  const bare = { CORTEX_CAPABILITIES: 'nginx', CORTEX_NGINX_COMMAND: join(folder, 'no-nginx') }
  await tree.leaf('bare-1', { inside: true, parents: [root.url], env: bare })
  await until('the leaves are known at the root', async () => {
    const nodes = await nodesAt(root)
    return ['web-1', 'bare-1'].every((id) => nodes.get(id)?.status === 'online')
  })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree.close()
  await pebble?.close()
  await nginx?.close()
  rmSync(folder, { recursive: true, force: true })
})

const served = (name: string) => get(nginx.port, name).then(({ body }) => body)

/** Puts a whole new text into the editor, as a person would. */
async function write({ page }: Visitor, label: string | RegExp, text: string): Promise<void> {
  const editor = page.getByRole('textbox', { name: label })
  await editor.click()
  await page.keyboard.press('Control+a')
  // Before something new is typed: a browser that types over several lines would give them styles, which our policy blocks.
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}

/** Refusals of nginx are 422 in the console of a browser; a question that was given up for a newer one is no fault. */
const real = (complaints: readonly string[]) => complaints.filter((text) => !/ 422 |net::ERR_ABORTED$/.test(text))

test('a site is created, broken without harm, changed, compared with its last version and put back', async () => {
  const visitor = await browser.open({ locale: 'en-US', viewport: wide })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/nodes/web-1/nginx')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.getByText('nginx was started').waitFor()

  await page.getByRole('button', { name: 'New site' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('shop')
  await write(visitor, 'Main configuration', site(nginx.port, 'shop.test', 'one'))
  await page.getByRole('button', { name: 'Test and save' }).click()
  await page.getByText('Site shop was created').waitFor()
  expect(await served('shop.test')).toBe('one')

  await page.getByRole('row').filter({ hasText: 'shop.test' }).click()
  await page.waitForURL('**/nginx?site=shop')
  const sheet = page.getByRole('dialog', { name: 'shop', exact: true })
  await sheet.getByText('shop.test').waitFor()
  await write(visitor, /sites-available\/shop$/, site(nginx.port, 'shop.test', 'two').replace('return', 'retrun'))
  await sheet.getByRole('button', { name: 'Test and save' }).click()
  await sheet.getByRole('alert').getByText('4: unknown directive "retrun"').waitFor()
  await sheet.locator('.cm-lint-marker-error').waitFor()
  expect(await served('shop.test')).toBe('one')

  await write(visitor, /sites-available\/shop$/, site(nginx.port, 'shop.test', 'two'))
  await page.keyboard.press('Control+s')
  await page.getByText(/^Saved and in force/).waitFor()
  expect(await served('shop.test')).toBe('two')

  await sheet.getByRole('tab', { name: 'Versions' }).click()
  await sheet.getByRole('list', { name: 'Versions' }).getByRole('button').last().click()
  await sheet.locator('.cm-changedLine, .cm-changedText').first().waitFor()
  await sheet.getByRole('button', { name: 'Restore this version' }).click()
  await page
    .getByRole('dialog', { name: /^Restore/ })
    .getByRole('button', { name: 'Restore this version' })
    .click()
  await page.getByText(/was restored$/).waitFor()
  expect(await served('shop.test')).toBe('one')

  await sheet.getByRole('tab', { name: 'Edit' }).click()
  await write(visitor, /sites-available\/shop$/, 'half')
  await sheet.getByRole('tab', { name: 'Versions' }).click()
  await sheet.getByRole('tab', { name: 'Edit' }).click()
  await sheet.getByText('half').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Drop what is not saved?' }).getByRole('button', { name: 'Drop it' }).click()
  await sheet.waitFor({ state: 'hidden' })

  await page.getByRole('button', { name: 'Actions: shop' }).click()
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await page.getByText('Site shop is disabled').waitFor()
  expect(await served('shop.test')).toBe('default')
  await page.getByRole('button', { name: 'Actions: shop' }).click()
  await page.getByRole('menuitem', { name: 'Enable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
  await page.getByText('Site shop is enabled').waitFor()
  expect(await served('shop.test')).toBe('one')
  expect(real(complaints)).toEqual([])
  await visitor.context.close()
})

test('the main configuration is saved; neither what others wrote meanwhile nor what is unsaved is lost unasked', async () => {
  const visitor = await browser.open({ locale: 'en-US', colorScheme: 'dark', viewport: wide })
  const { page, complaints } = visitor
  const conf = join(nginx.folder, 'nginx.conf')
  const before = nginx.read('nginx.conf')
  const editor = page.getByRole('textbox', { name: conf })
  const type = async (text: string) => {
    await editor.press('Control+End')
    await page.keyboard.insertText(text)
  }
  await signInAt(visitor, root.url, '/nodes/web-1/nginx?view=config')
  await write(visitor, conf, `${before}# mine\n`)
  const readAgain = page.waitForResponse(
    (answer) => answer.request().method() === 'GET' && new URL(answer.url()).pathname.endsWith('/nginx/config'),
  )
  await page.getByRole('button', { name: 'Test and save' }).click()
  await page.getByText(`Saved and in force: ${conf}`).waitFor()
  expect(nginx.read('nginx.conf')).toBe(`${before}# mine\n`)
  // Else it would be theirs that is read, before anything was typed: no conflict.
  await readAgain

  writeFileSync(conf, `${before}# theirs\n`)
  await type('# more')
  await page.keyboard.press('Control+s')
  const changed = page.getByRole('alert').filter({ hasText: 'Somebody else has changed the file' })
  await changed.waitFor()
  expect(nginx.read('nginx.conf')).toBe(`${before}# theirs\n`)
  await changed.getByRole('button', { name: 'Drop mine' }).click()
  await editor.getByText('# theirs').waitFor()
  await type('# mine again')
  writeFileSync(conf, `${before}# theirs again\n`)
  await page.keyboard.press('Control+s')
  await changed.getByRole('button', { name: 'Overwrite it with mine' }).click()
  await until('mine is on the host', () => nginx.read('nginx.conf') === `${before}# theirs\n# mine again`)
  await page.getByText('Not saved yet').waitFor({ state: 'hidden' })

  await type('# to be lost')
  const question = page.waitForEvent('dialog')
  await page.evaluate('void setTimeout(() => location.reload())')
  await question.then((dialog) => dialog.dismiss())
  const asked = page.getByRole('dialog', { name: 'Drop what is not saved?' })
  await page.getByRole('link', { name: 'Metrics' }).click()
  await asked.getByText(conf).waitFor()
  await asked.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('tab', { name: 'Sites' }).click()
  await page.getByRole('row').filter({ hasText: 'shop.test' }).waitFor()
  await page.getByRole('tab', { name: 'Main configuration' }).click()
  await editor.getByText('# to be lost').waitFor()
  await page.getByRole('link', { name: 'Metrics' }).click()
  await asked.getByRole('button', { name: 'Drop it' }).click()
  await page.waitForURL('**/nodes/web-1/metrics')

  await page.goto(`${root.url}/nodes/web-1/nginx`)
  const master = nginx.running()?.master.pid
  await page.getByRole('button', { name: 'Restart', exact: true }).click()
  await page.getByRole('dialog', { name: 'Restart nginx?' }).getByRole('button', { name: 'Restart' }).click()
  await page.getByText('nginx was restarted').waitFor()
  expect(nginx.running()?.master.pid).not.toBe(master)
  expect(await served('shop.test')).toBe('one')

  await page.goto(`${root.url}/nodes/bare-1/nginx`)
  await page.getByText('nginx is not installed on this host').waitFor()
  // The browser tells of each 409, which are meant here.
  expect(real(complaints).filter((text) => !text.includes('409'))).toEqual([])
  await visitor.context.close()
})

test('in Chinese, on a phone: a certificate is issued as a job, the site deleted, nginx reloaded and stopped', async () => {
  const visitor = await browser.open({ locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 780 } })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/nodes/web-1/nginx?view=certificates')
  const row = page.getByRole('row').filter({ hasText: 'shop.test' })
  await row.getByRole('button', { name: '申请证书' }).click()
  await page.getByRole('textbox', { name: '联系邮箱' }).fill('ops@example.com')
  await page.getByRole('dialog').getByRole('button', { name: '申请证书' }).click()
  const job = page.getByRole('dialog').filter({ hasText: 'nginx.certificate:shop.test' })
  await job.getByText('成功', { exact: true }).waitFor({ timeout: 60_000 })
  await page.keyboard.press('Escape')
  await row.getByText('有效').waitFor()
  await row.getByText(/^\d+ 天$/).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)

  await page.getByRole('button', { name: '重新加载' }).click()
  await page.getByText('nginx 已重新加载配置').waitFor()
  await page.getByRole('tab', { name: '站点' }).click()
  await page.getByRole('button', { name: '操作：shop' }).click()
  await page.getByRole('menuitem', { name: '删除' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click()
  await page.getByText('站点 shop 已删除').waitFor()
  expect(await served('shop.test')).toBe('default')

  await page.getByRole('button', { name: '停止', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '停止', exact: true }).click()
  await page.getByText('nginx 已停止').waitFor()
  await page.getByText('未运行').waitFor()
  expect(nginx.running()).toBeNull()
  expect(real(complaints)).toEqual([])
  await visitor.context.close()
})
