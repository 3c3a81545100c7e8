import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { openNginxCore } from '../../../src/probe/host/nginx/nginx-core.ts'
import type { NginxControl } from '../../../src/probe/host/nginx/running/control.ts'
import { readStatus } from '../../../src/probe/host/nginx/status.ts'
import { get, listening, type NginxRig, nginxRig } from './nginx-rig.ts'
import { becomeNobody } from './unprivileged.ts'

becomeNobody()

let rig: NginxRig
beforeEach(async () => {
  rig = await nginxRig()
})
afterEach(() => rig.close())

const does = (verb: keyof NginxControl) => rig.core.controlled((control) => control[verb]())

test('start, reload, restart and stop do it, and start and stop may be said twice', async () => {
  expect(await readStatus(rig.core)).toMatchObject({ installed: true, running: false, pid: null, errors: [] })
  await expect(does('reload')).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await does('start')).toMatchObject({ success: true })
  const first = rig.running()
  expect(await does('start')).toMatchObject({ output: expect.stringContaining(String(first?.master.pid)) })
  expect((await get(rig.port, 'x')).status).toBe(200)
  await does('reload')
  expect(rig.running()?.master.pid).toBe(first?.master.pid)
  expect(rig.running()?.workers).not.toEqual(first?.workers)
  await does('restart')
  expect(rig.running()?.master.pid).not.toBe(first?.master.pid)
  expect((await get(rig.port, 'x')).status).toBe(200)
  await does('stop')
  expect(rig.running()).toBeNull()
  expect(await does('stop')).toMatchObject({ success: true })
})

test('a broken configuration stops neither a reload nor a restart from leaving the running one alone', async () => {
  await does('start')
  const before = await until('both workers run', () => {
    const running = rig.running()
    return running?.workers.length === 2 && running
  })
  writeFileSync(join(rig.folder, 'conf.d/broken.conf'), '\nnonsense;\n')
  const refusal = { status: 422, details: { file: join(rig.folder, 'conf.d/broken.conf'), line: 2 } }
  await expect(does('reload')).rejects.toMatchObject(refusal)
  await expect(does('restart')).rejects.toMatchObject(refusal)
  await expect(does('start')).resolves.toMatchObject({ success: true })
  expect(rig.running()).toMatchObject({ master: { pid: before.master.pid }, workers: before.workers })
  const { errors } = await readStatus(rig.core)
  expect(errors).toEqual([`unknown directive "nonsense" in ${rig.folder}/conf.d/broken.conf:2`])
})

test('a start that cannot have its port says so', async () => {
  const other = await listening(rig.port)
  try {
    await expect(does('start')).rejects.toMatchObject({
      status: 422,
      details: { message: expect.stringContaining('Address already in use') },
    })
  } finally {
    await new Promise((resolve) => other.close(resolve))
  }
})

test('a pid file that names another program gets nobody signalled', async () => {
  const stranger = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' })
  try {
    writeFileSync(rig.pidFile, `${stranger.pid}\n`)
    expect(rig.running()).toBeNull()
    expect(await does('stop')).toMatchObject({ output: 'nginx was not running' })
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    process.kill(stranger.pid!, 0)
  } finally {
    const ended = new Promise((resolve) => stranger.once('exit', resolve))
    stranger.kill('SIGKILL')
    await ended
  }
})

test('a host without nginx says so in its status, and refuses what needs one', async () => {
  const core = openNginxCore({ ...rig.options, command: ['/nonexistent/nginx'], stateDir: join(rig.root, 'state2') })
  expect(await readStatus(core)).toMatchObject({ installed: false, running: false, version: null, config_path: null })
  expect(await core.recover()).toBeNull()
  await expect(core.controlled((control) => control.start())).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
  core.close()
})
