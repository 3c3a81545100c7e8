import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runProcess } from '../../../src/platform/run-process.ts'
import { openNginxCore } from '../../../src/probe/host/nginx/nginx-core.ts'
import { createSites } from '../../../src/probe/host/nginx/sites/sites.ts'
import { get, type NginxRig, nginxRig, site } from './nginx-rig.ts'
import { becomeNobody } from './unprivileged.ts'

becomeNobody()

let rig: NginxRig
beforeEach(async () => {
  rig = await nginxRig()
  await rig.start()
})
afterEach(() => rig.close())

const changed = (): string => site(rig.port, '_', 'changed').replace(';', ' default_server;')

async function dieAt(step: string): Promise<void> {
  const child = fileURLToPath(new URL('./dies-at-step.ts', import.meta.url))
  const argv = [process.execPath, child, JSON.stringify(rig.options), step, changed()]
  const result = await runProcess(argv, { timeoutMs: 20_000 })
  if (result.signal !== 'SIGKILL') throw new Error(`not killed at ${step}: ${result.code} ${result.stderr}`)
}

test.each(['journaled', 'swapped', 'tested', 'reloaded'])(
  'a node killed when a change is %s undoes it at its next start, on the disk and in the workers',
  async (step) => {
    const before = rig.read('sites-available/default')
    await dieAt(step)
    expect((await get(rig.port, 'x')).body).toBe(step === 'reloaded' ? 'changed' : 'default')
    const next = openNginxCore(rig.options)
    expect(await next.recover()).toContain('sites-available/default')
    expect(rig.read('sites-available/default')).toBe(before)
    expect((await get(rig.port, 'x')).body).toBe('default')
    expect(await next.recover()).toBeNull()
    expect(readdirSync(join(rig.root, 'state')).filter((name) => !name.startsWith('versions.db'))).toEqual([])
    next.close()
  },
)

test('what somebody wrote by hand after the crash is left alone', async () => {
  await dieAt('swapped')
  writeFileSync(join(rig.folder, 'sites-available/default'), `# by hand\n${changed()}`)
  expect(await rig.core.recover()).toContain('left alone')
  expect(rig.read('sites-available/default')).toContain('# by hand')
  expect(existsSync(join(rig.root, 'state/change.json'))).toBe(false)
})

test('a change asked for before the recovery undoes the interrupted one first', async () => {
  await dieAt('swapped')
  await createSites(rig.core).create({ name: 'next', config: site(rig.port, 'next.test', 'next'), enabled: true })
  expect((await get(rig.port, 'next.test')).body).toBe('next')
  expect((await get(rig.port, 'x')).body).toBe('default')
})
