import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Visitor } from '../support/browser.ts'
import { until } from '../support/until.ts'
import { type HostRig, hostRig, signIn, withoutNavigation } from './host-rig.ts'

const hostile = '<img src=x onerror=document.title=1>'
let rig: HostRig
beforeAll(async () => {
  rig = await hostRig()
})
afterAll(() => rig?.close(), 30_000)

const desktop = { width: 1300, height: 800 }
type Page = Visitor['page']

/** What the terminal in sight shows, lines joined that were too long for it. */
const shown = (page: Page) => page.locator('.xterm-rows:visible').innerText()
const sees = (page: Page, text: string) =>
  until(`the screen shows ${text}`, async () => (await shown(page)).replaceAll('\n', '').includes(text), 20_000)

/** Types a line; its echo is quoted otherwise, so that only the answer of the shell is what a test waits for. */
async function run(page: Page, line: string): Promise<void> {
  await page.locator('.xterm-helper-textarea:visible').focus()
  await page.keyboard.type(`${line}\n`)
}

async function openTerminal(page: Page, url: string, connected: string): Promise<void> {
  await page.goto(`${url}/nodes/db-1/terminal`)
  await page.getByText(connected, { exact: true }).filter({ visible: true }).waitFor()
}

test('a shell in one click, in sight again after a reload; several, with names; what runs is asked about', async () => {
  const visitor = await rig.browser.open({ locale: 'zh-CN', viewport: desktop })
  const { page, complaints } = visitor
  await signIn(visitor, rig.root.url)
  await page.goto(`${rig.root.url}/nodes/db-1/overview`)
  await page.getByRole('link', { name: '终端', exact: true }).click()
  await page.getByText('已连接', { exact: true }).waitFor()

  await run(page, `cd ${rig.scratch}; printf '<%s>\\n' 你''好; touch made-by-hand; X=kept`)
  await sees(page, '<你好>')
  await until('the file is on the host', () => existsSync(join(rig.scratch, 'made-by-hand')))
  await run(page, `printf '\\033[38;2;200;80;0mtrue''colour\\033[0m\\033]0;${hostile}\\007\\n'`)
  await sees(page, 'truecolour')
  await page.getByText(hostile).first().waitFor()

  await run(page, "echo wide''ness $(stty size)")
  await sees(page, 'wideness')
  const before = /wideness \d+ (\d+)/.exec(await shown(page))?.[1]
  await page.setViewportSize({ width: 900, height: 700 })
  await run(page, "clear; echo narrow''ness $(stty size)")
  await sees(page, 'narrowness')
  const after = /narrowness \d+ (\d+)/.exec(await shown(page))?.[1]
  expect(Number(after)).toBeLessThan(Number(before))
  await page.setViewportSize(desktop)

  const tabs = page.getByRole('list', { name: '终端列表' })
  await page.getByRole('button', { name: '新建终端' }).first().click()
  await tabs.getByRole('button', { name: 'bash 2', exact: true }).waitFor()
  await tabs.getByRole('button', { name: 'bash 2', exact: true }).dblclick()
  await page.getByLabel('名称').fill('日志')
  await page.getByRole('button', { name: '保存' }).click()
  await tabs.getByRole('button', { name: '日志', exact: true }).waitFor()

  await page.reload()
  await tabs.getByRole('button', { name: '日志', exact: true }).waitFor()
  // Beside its name stands the title that a program gave it.
  const first = tabs.getByRole('button', { name: /^bash(?! \d)/ })
  await first.click()
  await sees(page, 'narrowness')
  await page.getByText('已连接', { exact: true }).filter({ visible: true }).waitFor()
  await run(page, 'printf \'<%s>\\n\' "still-$X"')
  await sees(page, '<still-kept>')

  await run(page, "echo star''ted; sleep 500")
  await sees(page, 'started')
  await page.getByRole('button', { name: '关闭 bash', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('bash 中正在运行 sleep', { exact: false }).waitFor()
  await dialog.getByRole('button', { name: '终止并关闭' }).click()
  await first.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: '关闭 日志' }).click()
  await page.getByText('没有打开的终端').waitFor()

  expect(await page.title()).toBe('Cortex')
  expect(withoutNavigation(complaints)).toEqual([])
  await visitor.context.close()
})

test('on a phone the keys that it has not are buttons; the exit code is told', async () => {
  const visitor = await rig.browser.open({
    locale: 'en-US',
    colorScheme: 'dark',
    viewport: { width: 390, height: 780 },
    hasTouch: true,
    isMobile: true,
  })
  const { page, complaints } = visitor
  await signIn(visitor, rig.root.url)
  await openTerminal(page, rig.root.url, 'Connected')
  const bar = page.getByRole('toolbar', { name: 'More keys' })
  await run(page, "echo be''gun; cat")
  await sees(page, 'begun')
  await bar.getByRole('button', { name: 'Ctrl (for the next key)' }).tap()
  await page.keyboard.type('c')
  await run(page, "echo he''re; exit 7")
  await sees(page, 'here')
  await page.getByRole('alert').getByText('exit code 7', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'New terminal' }).last().tap()
  await page.getByText('Connected', { exact: true }).filter({ visible: true }).waitFor()
  await run(page, "echo ol''der")
  await sees(page, 'older')
  await bar.getByRole('button', { name: '↑' }).tap()
  await page.keyboard.press('Enter')
  await until(
    'the line before ran again',
    async () => (await shown(page)).split('\n').filter((line) => line.trim() === 'older').length === 2,
  )
  const closing = page.getByRole('list', { name: 'Terminals' }).getByRole('button', { name: /^Close bash/ })
  await closing.last().tap()
  await until('one is closed', async () => (await closing.count()) === 1)
  await closing.tap()
  await page.getByText('No terminal is open').waitFor()
  expect(withoutNavigation(complaints)).toEqual([])
  await visitor.context.close()
})

test('a lost connection says so and comes back by itself, with what the shell did meanwhile', async () => {
  const proxy = await rig.tree.proxy(rig.root)
  const visitor = await rig.browser.open({ locale: 'en-US', viewport: desktop })
  const { page } = visitor
  await signIn(visitor, proxy.url)
  await openTerminal(page, proxy.url, 'Connected')
  await run(page, `until test -e ${rig.scratch}/go; do sleep 0.1; done; echo mean''while`)
  await sees(page, 'until test')
  proxy.cut()
  await page.getByRole('alert').getByText('The connection was lost', { exact: false }).waitFor()
  await proxy.heal()
  await page.getByText('Connected', { exact: true }).waitFor()
  expect(await shown(page)).not.toContain('meanwhile')
  writeFileSync(join(rig.scratch, 'go'), '')
  await sees(page, 'meanwhile')
  await page.getByRole('button', { name: 'Close bash' }).click()
  await page.getByText('No terminal is open').waitFor()
  await visitor.context.close()
})

test('who opens it a second time takes it over, and the first is told; search finds, and says when it does not', async () => {
  const visitor = await rig.browser.open({ locale: 'en-US', viewport: desktop })
  const { page, complaints } = visitor
  await signIn(visitor, rig.root.url)
  await openTerminal(page, rig.root.url, 'Connected')
  await page.getByRole('button', { name: 'Paste' }).click()
  const paste = page.getByRole('dialog', { name: 'Paste into the terminal' })
  expect(await paste.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true)
  await paste.getByRole('textbox').fill("echo first''line\necho second''line")
  await paste.getByRole('button', { name: 'Send' }).click()
  await sees(page, "echo second''line")
  await page.keyboard.press('Enter')
  for (const line of ['firstline', 'secondline']) await sees(page, line)
  await run(page, "echo need''le")
  await sees(page, 'needle')

  await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.locator('.xterm-rows span').getByText('needle', { exact: true }).dblclick({ force: true })
  await page.keyboard.press('Control+Shift+C')
  await page.getByText('The selection was copied').waitFor()
  await run(page, 'clear')
  await page.keyboard.type('echo pasted-')
  await page.getByRole('button', { name: 'Paste' }).click()
  await sees(page, 'echo pasted-needle')
  await page.keyboard.press('Enter')

  const second = await visitor.context.newPage()
  await second.goto(`${rig.root.url}/nodes/db-1/terminal`)
  await second.getByRole('button', { name: 'Attach' }).click()
  await sees(second, 'needle')
  await page.getByRole('alert').getByText('taken over elsewhere', { exact: false }).waitFor()
  await page.getByRole('button', { name: 'Take it over here' }).click()
  await second.getByRole('alert').getByText('taken over elsewhere', { exact: false }).waitFor()
  await page.getByText('Connected', { exact: true }).waitFor()
  await second.close()

  await page.locator('.xterm-helper-textarea').focus()
  await page.keyboard.press('Control+Shift+F')
  const search = page.getByRole('searchbox', { name: 'Search in the terminal' })
  await search.fill('needle')
  await search.press('Escape')
  await page.keyboard.press('Control+Shift+F')
  await search.fill('nowhere at all')
  await page.getByText('no match').waitFor()
  await search.press('Escape')
  await page.getByRole('button', { name: 'Larger text' }).click()
  expect(await page.evaluate("localStorage.getItem('cortex.terminal.font')")).toBe('14')
  await page.getByRole('button', { name: 'Close bash' }).click()
  await page.getByText('No terminal is open').waitFor()
  expect(withoutNavigation(complaints)).toEqual([])
  await visitor.context.close()
})

test('what a host refuses is told in its own words', async () => {
  const visitor = await rig.browser.open({ locale: 'en-US', viewport: desktop })
  const { page } = visitor
  await signIn(visitor, rig.root.url)
  await page.goto(`${rig.root.url}/nodes/eu/terminal`)
  await page.getByRole('alert').getByText('The node refuses', { exact: false }).waitFor()
  expect(await page.getByRole('alert').innerText()).toMatch(/The node refuses: this node does not allow terminal/)
  await visitor.context.close()
})
