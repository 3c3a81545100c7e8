import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Visitor } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { type HostRig, hostRig, signIn, withoutNavigation } from './host-rig.ts'

const hostile = '<img src=x onerror=document.title=1>'
let rig: HostRig
beforeAll(async () => {
  rig = await hostRig()
  mkdirSync(at('read-only'))
  mkdirSync(at('many'))
  for (let number = 1; number <= 1500; number += 1) writeFileSync(at(`many/entry-${number}`), '')
  writeFileSync(at('many/.secret'), '')
  writeFileSync(at(`many/${hostile}`), '')
  writeFileSync(at('read-only/app.log'), 'only to be read\n')
  writeFileSync(at('site.conf'), 'server {\n  listen 80;\n}\n')
  writeFileSync(at('blob.bin'), Buffer.from([0, 1, 2, 255]))
  chmodSync(at('site.conf'), 0o640)
})
afterAll(() => rig?.close(), 30_000)

const at = (name: string) => join(rig.scratch, name)
type Page = Visitor['page']
const eventually = (what: string, ask: () => boolean | Promise<boolean>) => until(what, ask, 25_000)
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })

async function openFolder(page: Page, folder: string): Promise<void> {
  await page.goto(`${rig.root.url}/nodes/db-1/files?path=${encodeURIComponent(at(folder))}`)
}

test('a file is edited and saved; what somebody else wrote meanwhile is shown beside, never lost unasked', async () => {
  const visitor = await rig.browser.open({ locale: 'zh-CN', viewport: { width: 1300, height: 800 } })
  const { page, complaints } = visitor
  await signIn(visitor, rig.root.url)
  await page.goto(`${rig.root.url}/nodes/db-1/overview`)
  await page.getByRole('link', { name: '文件', exact: true }).click()
  await page.getByRole('button', { name: `${rig.scratch} 可写` }).click()
  await row(page, 'site.conf').click()
  const editor = page.locator('.cm-content')
  await editor.click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.type('# first\n')
  await page.getByText('未保存').waitFor()
  await page.keyboard.press('Control+s')
  await eventually('it is saved', () => readFileSync(at('site.conf'), 'utf8').startsWith('# first\nserver {'))
  await page.getByText('未保存').waitFor({ state: 'hidden' })
  expect(withoutNavigation(complaints)).toEqual([])

  writeFileSync(at('site.conf'), 'theirs\n')
  await page.keyboard.type('# second\n')
  await page.getByRole('button', { name: '保存', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('theirs').waitFor()
  await dialog.getByText('# second').waitFor()
  expect(readFileSync(at('site.conf'), 'utf8')).toBe('theirs\n')
  await dialog.getByRole('button', { name: '采用主机上的' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await eventually('the editor has theirs', async () => (await editor.innerText()).startsWith('theirs'))

  await editor.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('mine')
  writeFileSync(at('site.conf'), 'again\n')
  await page.keyboard.press('Control+s')
  await dialog.getByRole('button', { name: '用我的覆盖' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await eventually('mine is on the host', () => readFileSync(at('site.conf'), 'utf8') === 'theirs\nmine')

  await editor.click()
  await page.keyboard.type('!')
  const question = page.waitForEvent('dialog')
  await page.evaluate('void setTimeout(() => location.reload())')
  await question.then((asked) => asked.dismiss())
  await page.getByRole('link', { name: '指标', exact: true }).click()
  await dialog.getByText('尚未保存').waitFor()
  await dialog.getByRole('button', { name: '取消' }).click()
  expect(await editor.innerText()).toContain('mine!')
  await page.locator('#content').getByRole('button', { name: '关闭', exact: true }).click()
  await dialog.getByRole('button', { name: '放弃修改' }).click()
  await row(page, 'site.conf').waitFor()
  expect(readFileSync(at('site.conf'), 'utf8')).toBe('theirs\nmine')

  // What was done is in the log of the host itself.
  await page.getByRole('link', { name: '审计', exact: true }).click()
  await page.getByText('封印完好').waitFor()
  await row(page, 'files.write')
    .filter({ hasText: at('site.conf') })
    .first()
    .click()
  await dialog
    .getByText(/^[0-9a-f]{64}$/)
    .first()
    .waitFor()
  // The browser tells of each 409, which are meant here.
  expect(withoutNavigation(complaints).filter((complaint) => !complaint.includes('409'))).toEqual([])
  await visitor.context.close()
})

test('folders and files are made, renamed, uploaded, downloaded and deleted, each after it said what it touches', async () => {
  const visitor = await rig.browser.open({ locale: 'en-US', viewport: { width: 1300, height: 800 } })
  const { page, complaints } = visitor
  await signIn(visitor, rig.root.url)
  await openFolder(page, '')
  await page.getByRole('button', { name: 'New folder' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('a/b')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await dialog.getByText('A name has no /').waitFor()
  await dialog.getByLabel('Name').fill('made')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await row(page, 'made').click()
  await page.getByText('An empty folder').waitFor()
  expect(page.url()).toContain(encodeURIComponent('/made'))

  const big = Buffer.alloc(3_000_000, 7)
  await page.locator('input[type=file]').setInputFiles([
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('one') },
    { name: 'big.bin', mimeType: 'application/octet-stream', buffer: big },
  ])
  await eventually('both are on the host', () => existsSync(at('made/notes.txt')) && existsSync(at('made/big.bin')))
  expect(readFileSync(at('made/big.bin')).equals(big)).toBe(true)
  await row(page, 'notes.txt').waitFor()
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('two') })
  const transfers = page.getByRole('region', { name: 'Transfers' })
  await transfers.getByText('Replace it?', { exact: false }).waitFor()
  expect(readFileSync(at('made/notes.txt'), 'utf8')).toBe('one')
  await transfers.getByRole('button', { name: 'Replace' }).click()
  await eventually('it is replaced', () => readFileSync(at('made/notes.txt'), 'utf8') === 'two')

  const dragged = await page.evaluateHandle(
    "(() => { const data = new DataTransfer(); data.items.add(new File(['dropped'], 'dropped.txt')); return data })()",
  )
  await page.getByRole('grid', { name: 'Files' }).dispatchEvent('drop', { dataTransfer: dragged })
  await eventually('what was dropped is on the host', () => readFileSync(at('made/dropped.txt'), 'utf8') === 'dropped')
  await row(page, 'dropped.txt').waitFor()

  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Actions for notes.txt' }).click()
  await page.getByRole('menuitem', { name: 'Download' }).click()
  const download = await coming
  expect(download.suggestedFilename()).toBe('notes.txt')
  expect(readFileSync(await download.path(), 'utf8')).toBe('two')

  await page.getByRole('grid', { name: 'Files' }).focus()
  await page.keyboard.press('End')
  await page.keyboard.press('F2')
  await dialog.getByLabel('Name').fill('renamed.txt')
  await page.keyboard.press('Enter')
  await row(page, 'renamed.txt').waitFor()
  expect(readdirSync(at('made')).toSorted()).toEqual(['big.bin', 'dropped.txt', 'renamed.txt'])

  for (const name of ['kept.txt', 'gone-1.txt', 'gone-2.txt']) writeFileSync(at(`made/${name}`), name)
  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.getByRole('checkbox', { name: 'Choose gone-1.txt' }).check()
  await page.getByRole('checkbox', { name: 'Choose gone-2.txt' }).check()
  const both = page.getByRole('toolbar', { name: '2 chosen' })
  const names: string[] = []
  page.on('download', (one) => names.push(one.suggestedFilename()))
  await both.getByRole('button', { name: 'Download' }).click()
  await eventually('both are downloaded', () => names.toSorted().join() === 'gone-1.txt,gone-2.txt')
  await both.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByText(at('made/gone-2.txt')).waitFor()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Deleted: 2 in all').waitFor()
  await row(page, 'gone-1.txt').waitFor({ state: 'hidden' })
  expect(readdirSync(at('made')).toSorted()).toEqual(['big.bin', 'dropped.txt', 'kept.txt', 'renamed.txt'])

  await page.getByRole('grid', { name: 'Files' }).focus()
  await page.keyboard.press('Backspace')
  await page.getByRole('button', { name: 'Actions for made' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await dialog.getByText(`${at('made')} and everything in it (4 entries`, { exact: false }).waitFor()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText(`Deleted ${at('made')}: 5 in all`).waitFor()
  expect(existsSync(at('made'))).toBe(false)
  expect(withoutNavigation(complaints)).toEqual([])
  await visitor.context.close()
})

test('a transfer that hangs or waits is cancelled, and leaves nothing behind', async () => {
  const proxy = await rig.tree.proxy(rig.root)
  writeFileSync(at('large.img'), '')
  truncateSync(at('large.img'), 50_000_000)
  const visitor = await rig.browser.open({ locale: 'en-US', viewport: { width: 1300, height: 800 } })
  const { page, complaints } = visitor
  await signIn(visitor, proxy.url)
  await page.goto(`${proxy.url}/nodes/db-1/files?path=${encodeURIComponent(rig.scratch)}`)
  await row(page, 'large.img').waitFor()
  proxy.halfOpen()
  const pieces = ['one.bin', 'two.bin'].map((name) => ({
    name,
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(100_000, 1),
  }))
  await page.locator('input[type=file]').setInputFiles(pieces)
  await page.getByRole('button', { name: 'Actions for large.img' }).click()
  await page.getByRole('menuitem', { name: 'Download' }).click()
  const transfers = page.getByRole('region', { name: 'Transfers' })
  const item = (name: string) => transfers.getByRole('listitem').filter({ hasText: name })
  await item('large.img').getByText('waiting').waitFor()
  await item('one.bin').getByRole('progressbar').waitFor()
  await item('two.bin').getByRole('button', { name: 'Cancel two.bin' }).click()
  await item('two.bin').getByText('cancelled').waitFor()
  await item('large.img').getByRole('progressbar').waitFor()
  for (const name of ['one.bin', 'large.img']) {
    await item(name)
      .getByRole('button', { name: `Cancel ${name}` })
      .click()
    await item(name).getByText('cancelled').waitFor()
  }
  await transfers.getByRole('button', { name: 'Clear' }).click()
  await transfers.waitFor({ state: 'detached' })
  await proxy.heal()
  expect(readdirSync(rig.scratch).filter((name) => name.includes('.bin') && name !== 'blob.bin')).toEqual([])
  expect(complaints.filter((complaint) => complaint.startsWith('exception'))).toEqual([])
  await visitor.context.close()
})

test('a large file goes straight to the disk of the browser, by a ticket that opens it once', async () => {
  const bytes = 70_000_000
  writeFileSync(at('huge.img'), '')
  truncateSync(at('huge.img'), bytes)
  const visitor = await rig.browser.open({ locale: 'en-US', viewport: { width: 1300, height: 800 } })
  const { page, complaints } = visitor
  await signIn(visitor, rig.root.url)
  await openFolder(page, '')
  await page.getByRole('button', { name: 'Actions for huge.img' }).click()
  const coming = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Download' }).click()
  await page.getByText('huge.img is large').waitFor()
  const download = await coming
  expect(download.suggestedFilename()).toBe('huge.img')
  expect(statSync(await download.path()).size).toBe(bytes)
  expect(download.url()).toContain('ticket=')
  expect((await fetch(download.url())).status).toBe(401)
  expect(await page.getByRole('region', { name: 'Transfers' }).count()).toBe(0)
  expect(withoutNavigation(complaints)).toEqual([])
  await visitor.context.close()
}, 60_000)

test('on a phone: thousands of entries, hidden ones, a hostile name, what may only be read, what is no text', async () => {
  const visitor = await rig.browser.open({
    locale: 'en-US',
    colorScheme: 'dark',
    viewport: { width: 390, height: 780 },
    hasTouch: true,
    isMobile: true,
  })
  const { page, complaints } = visitor
  await signIn(visitor, rig.root.url)
  await openFolder(page, 'many')
  await page.getByText('1501 of 1502').waitFor()
  await page.getByLabel('Hidden files').tap()
  await page.getByText('1502 of 1502').waitFor()
  expect(await page.getByRole('row').count()).toBeLessThan(80)
  await page.getByLabel('Filter names').fill('onerror')
  await row(page, hostile).waitFor()
  expect(await page.title()).toBe('Cortex')

  await openFolder(page, 'read-only')
  await row(page, 'app.log').waitFor()
  expect(await page.getByRole('button', { name: 'Upload' }).count()).toBe(0)
  await page.getByText('app.log').tap()
  await page.locator('.cm-content').getByText('only to be read').waitFor()
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0)
  await openFolder(page, '')
  await page.getByText('blob.bin').tap()
  await page.getByText('This is no text', { exact: false }).waitFor()
  expect(withoutNavigation(complaints)).toEqual([])
  await visitor.context.close()
})
