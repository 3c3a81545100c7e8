import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startEngine, type TestEngine } from '../host/docker/engine-rig.ts'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { signInAt } from '../support/sign-in.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt } from '../tree/views.ts'

const tree = plantTree()
const hostile = '<img src=x onerror="document.title=1">'
const writes = `n=0; trap "exit 0" TERM; echo '${hostile}'; while true; do n=$((n+1)); echo line $n; sleep 0.2; done`
let engine: TestEngine
let browser: TestBrowser
let root: TreeNode

beforeAll(async () => {
  engine = await startEngine()
  mkdirSync(join(engine.folder, 'projects/shop'), { recursive: true })
  writeFileSync(
    join(engine.folder, 'projects/shop/docker-compose.yml'),
    'version: "2.4"\nservices:\n  web:\n    image: bb:1\n    network_mode: none\n    command: sleep 1000\n    stop_grace_period: 1s\n',
  )
  // It does not listen to SIGTERM, so taking it down lasts.
  mkdirSync(join(engine.folder, 'projects/stubborn'), { recursive: true })
  writeFileSync(
    join(engine.folder, 'projects/stubborn/docker-compose.yml'),
    'version: "2.4"\nservices:\n  web:\n    image: bb:1\n    network_mode: none\n    command: sh -c \'trap "" TERM; while true; do sleep 1; done\'\n    stop_grace_period: 10m\n',
  )
  root = await tree.monitor('root', { inside: true, env: { CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '1000' } })
  await tree.leaf('web-1', {
    inside: true,
    parents: [root.url],
    env: {
      CORTEX_CAPABILITIES: 'docker',
      CORTEX_DOCKER_SOCKET: engine.socketPath,
      CORTEX_DOCKER_COMPOSE_FOLDERS: join(engine.folder, 'projects'),
    },
  })
  await until('the leaf is known at the root', async () => (await nodesAt(root)).get('web-1')?.status === 'online')
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await tree.close()
  await engine?.stop()
})

const stateOf = async (id: string) => JSON.parse((await engine.api('GET', `/containers/${id}/json`)).body).State?.Status

test('logs are followed live, paused and searched; the container is restarted, stopped, started and deleted', async () => {
  const id = await engine.run('writer', ['sh', '-c', writes])
  const visitor = await browser.open({ locale: 'en-US', viewport: { width: 1400, height: 850 } })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/nodes/web-1/docker')
  await page.getByRole('row').filter({ hasText: 'writer' }).click()
  await page.waitForURL('**/docker?container=writer')
  const sheet = page.getByRole('dialog', { name: 'writer' })
  const log = sheet.getByRole('log')
  await sheet.getByText('Follows live').waitFor()
  await log.getByText(hostile).waitFor()
  await log.getByText('line 3', { exact: true }).waitFor()

  await sheet.getByRole('button', { name: 'Pause' }).click()
  await sheet.getByRole('button', { name: /Resume · \d+ new lines/ }).click()
  await sheet.getByRole('searchbox', { name: 'Search the logs' }).fill('LINE 3')
  await log.locator('mark').first().waitFor()
  expect(await log.getByText(hostile).count()).toBe(0)
  await sheet.getByRole('button', { name: 'Times' }).click()
  await log
    .getByText(/^\d{4}-\d\d-\d\d \d\d:/)
    .first()
    .waitFor()

  const startedAt = async () => JSON.parse((await engine.api('GET', `/containers/${id}/json`)).body).State.StartedAt
  const before = await startedAt()
  const confirm = page.getByRole('dialog').filter({ hasText: 'On Node web-1' })
  await sheet.getByRole('button', { name: 'Restart' }).click()
  await confirm.getByRole('button', { name: 'Restart' }).click()
  await until('it is restarted', async () => (await startedAt()) !== before, 30_000)
  await confirm.waitFor({ state: 'hidden' })
  await sheet.getByRole('button', { name: 'Stop', exact: true }).click()
  await confirm.getByRole('button', { name: 'Stop', exact: true }).click()
  await until('it is stopped', async () => (await stateOf(id)) === 'exited', 30_000)
  await sheet.getByRole('button', { name: 'Start', exact: true }).click()
  await until('it runs again', async () => (await stateOf(id)) === 'running', 30_000)
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'hidden' })

  await page.getByRole('button', { name: 'Actions: writer' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const asked = page.getByRole('dialog').filter({ hasText: 'is removed from Node web-1' })
  await asked.getByRole('button', { name: 'Delete' }).click()
  await asked.getByRole('alert').waitFor()
  await asked.getByRole('checkbox', { name: /by force/ }).check()
  await asked.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Container writer was removed').waitFor()
  expect(await stateOf(id)).toBeUndefined()
  await page.getByText('No containers').waitFor()
  await page.getByRole('tab', { name: 'Images' }).click()
  await page.getByRole('row').filter({ hasText: 'bb' }).waitFor()
  expect(await page.title()).toBe('Cortex')
  // The refusal to delete what runs is a 409 in the console of a browser.
  expect(complaints.filter((text) => !/409|net::ERR_ABORTED$/.test(text))).toEqual([])
  await visitor.context.close()
})

test('in Chinese, on a phone: a compose project comes up and goes down as jobs whose progress is shown', async () => {
  const visitor = await browser.open({ locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 780 } })
  const { page, complaints } = visitor
  await signInAt(visitor, root.url, '/nodes/web-1/docker?view=compose')
  const row = page.getByRole('row').filter({ hasText: 'shop' })
  await row.getByRole('button', { name: '启动项目' }).click()
  await page.getByText('docker-compose.yml 创建并启动项目 shop').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '启动项目' }).click()
  const sheet = page.getByRole('dialog').filter({ hasText: 'compose:shop' })
  await sheet.getByText('成功', { exact: true }).waitFor({ timeout: 30_000 })
  await sheet.getByRole('log').getByText('up --detach').waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await page.keyboard.press('Escape')
  await row.getByText('运行中').waitFor()

  await row.getByRole('button', { name: '停止项目' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '停止项目' }).click()
  await sheet.getByText('成功', { exact: true }).waitFor({ timeout: 30_000 })
  await page.goto(`${root.url}/nodes/web-1/jobs`)
  await page.getByRole('row').filter({ hasText: '停止 Compose 项目' }).getByText('成功').waitFor()

  await page.goto(`${root.url}/nodes/web-1/docker?view=compose`)
  const stubborn = page.getByRole('row').filter({ hasText: 'stubborn' })
  await stubborn.getByRole('button', { name: '启动项目' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '启动项目' }).click()
  const drawer = page.getByRole('dialog').filter({ hasText: 'compose:stubborn' })
  await drawer.getByText('成功', { exact: true }).waitFor({ timeout: 30_000 })
  await page.keyboard.press('Escape')
  await stubborn.getByRole('button', { name: '停止项目' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '停止项目' }).click()
  await drawer.getByText('执行中', { exact: true }).waitFor()
  await drawer.getByRole('button', { name: '取消任务' }).click()
  const asked = page.getByRole('dialog', { name: '取消任务？' })
  await asked.getByText('compose:stubborn').waitFor()
  await asked.getByRole('button', { name: '取消任务' }).click()
  await drawer.getByText('已取消', { exact: true }).waitFor()
  await page.goto(`${root.url}/nodes/web-1/jobs?q=stubborn`)
  await page.getByRole('row').filter({ hasText: '停止 Compose 项目' }).getByText('已取消').waitFor()
  // A job is asked for anew when the socket tells of it: the question before is given up.
  expect(complaints.filter((text) => !text.endsWith('net::ERR_ABORTED'))).toEqual([])
  await visitor.context.close()
})
