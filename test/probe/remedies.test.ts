import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { readProcess } from '../../src/probe/collectors/process-stat.ts'
import { createCommandRun } from '../../src/probe/remedies/command-run.ts'
import { createLogsRotate } from '../../src/probe/remedies/logs-rotate.ts'
import { createProcessStop } from '../../src/probe/remedies/process-stop.ts'
import { newFolder } from './harness.ts'

const run = { approved: true, dryRun: false, details: {}, signal: new AbortController().signal }
const stop = createProcessStop({ stoppable: ['sleep'], procRoot: '/proc' })

async function sleeper(): Promise<{ pid: number; startTicks: number; ended: Promise<unknown> }> {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  const ended = once(child, 'exit')
  const pid = child.pid ?? 0
  const found = readProcess('/proc', pid)
  return { pid, startTicks: found?.startTicks ?? 0, ended }
}

test('process.stop ends the very process that was asked about', async () => {
  const { pid, startTicks, ended } = await sleeper()
  const outcome = await stop(
    { type: 'process.stop', pid, name: 'sleep' },
    { ...run, details: { start_ticks: startTicks } },
  )
  expect(outcome.ok).toBe(true)
  await ended
})

test('process.stop refuses another start time, another name, what is not listed, itself, and what was not approved', async () => {
  const { pid, startTicks } = await sleeper()
  const details = { start_ticks: startTicks }
  const refused = await Promise.all([
    stop({ type: 'process.stop', pid, name: 'sleep' }, { ...run, details: { start_ticks: startTicks + 1 } }),
    stop({ type: 'process.stop', pid, name: 'sleep' }, run),
    stop({ type: 'process.stop', pid, name: 'bash' }, { ...run, details }),
    stop({ type: 'process.stop', pid, name: 'sleep' }, { ...run, approved: false, details }),
    stop({ type: 'process.stop', pid: process.pid, name: 'sleep' }, { ...run, details }),
    stop({ type: 'process.stop', pid: process.ppid, name: 'sleep' }, { ...run, details }),
  ])
  expect(refused.map((outcome) => outcome.ok)).toEqual([false, false, false, false, false, false])
  expect(readProcess('/proc', pid)?.state).not.toBe('Z')
})

test('logs.rotate compresses, keeps the named count, and empties the log in place', async () => {
  const folder = await newFolder()
  const path = join(folder, 'app.log')
  const rotate = createLogsRotate({ rules: [{ path, max_bytes: 1, keep: 2, auto: true }] })
  for (const text of ['one', 'two', 'three']) {
    await writeFile(path, text)
    expect((await rotate({ type: 'logs.rotate', path }, { ...run, approved: false })).ok).toBe(true)
  }
  expect(await readFile(path, 'utf8')).toBe('')
  expect(gunzipSync(await readFile(`${path}.1.gz`)).toString()).toBe('three')
  expect(gunzipSync(await readFile(`${path}.2.gz`)).toString()).toBe('two')
  await expect(readFile(`${path}.3.gz`)).rejects.toThrow('ENOENT')
})

test('logs.rotate does not follow a link, and knows only listed logs', async () => {
  const folder = await newFolder()
  const target = join(folder, 'target')
  await writeFile(target, 'precious')
  const path = join(folder, 'link.log')
  await symlink(target, path)
  const rotate = createLogsRotate({ rules: [{ path, max_bytes: 1, keep: 2, auto: true }] })
  await expect(rotate({ type: 'logs.rotate', path }, run)).rejects.toThrow('ELOOP')
  expect((await rotate({ type: 'logs.rotate', path: target }, run)).ok).toBe(false)
  expect(await readFile(target, 'utf8')).toBe('precious')
})

test('command.run runs listed commands only, and no shell reads their arguments', async () => {
  const command = createCommandRun({
    commands: { say: ['echo', '$(id); ls'] },
    bounds: { timeoutMs: 5000, maxOutputBytes: 1000 },
  })
  expect(await command({ type: 'command.run', command: 'say' }, run)).toEqual({
    ok: true,
    output: 'exit code 0\n$(id); ls',
  })
  expect((await command({ type: 'command.run', command: 'constructor' }, run)).ok).toBe(false)
  expect((await command({ type: 'command.run', command: 'say' }, { ...run, approved: false })).ok).toBe(false)
})
