import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readProcess } from '../../../src/probe/collectors/process-stat.ts'
import { processesHost, startChild } from './processes-host.ts'

test.each([
  ['TERM', 'SIGTERM'],
  ['KILL', 'SIGKILL'],
  ['HUP', 'SIGHUP'],
  ['INT', 'SIGINT'],
])('%s reaches the process, and its end is told', async (signal, name) => {
  const { pid, exited } = await startChild('sleep', ['299'])
  const host = await processesHost()
  expect(await host.kill({ pid, signal })).toEqual({ pid, signal, exited: true })
  expect((await exited).signal).toBe(name)
})

test('TERM is what is sent when nothing is said', async () => {
  const { pid, exited } = await startChild('sleep', ['299'])
  const host = await processesHost()
  expect(await host.kill({ pid })).toMatchObject({ signal: 'TERM' })
  expect((await exited).signal).toBe('SIGTERM')
})

test('a process that does not end in time is said to be still there', async () => {
  const { pid, output } = await startChild('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.1; done'])
  await once(output, 'data')
  const host = await processesHost()
  expect(await host.kill({ pid })).toEqual({ pid, signal: 'TERM', exited: false })
  expect(await host.kill({ pid, signal: 'KILL' })).toMatchObject({ exited: true })
})

test('the time of the list names the process, and another time is a conflict', async () => {
  const { pid } = await startChild('sleep', ['299'])
  const host = await processesHost()
  const createTime = (await host.list()).processes.find((process) => process.pid === pid)?.create_time ?? ''
  const other = new Date(Date.parse(createTime) - 60_000).toISOString()
  await expect(host.kill({ pid, create_time: other })).rejects.toMatchObject({ status: 409 })
  expect(readProcess('/proc', pid)?.state).toMatch(/[RSD]/)
  expect(await host.kill({ pid, create_time: createTime })).toMatchObject({ exited: true })
})

test('process 1, this node, what started it and its threads are never signalled', async () => {
  const host = await processesHost()
  for (const pid of [1, process.pid, process.ppid]) {
    await expect(host.kill({ pid, signal: 'HUP' })).rejects.toMatchObject({ status: 403 })
  }
  const threads = readdirSync('/proc/self/task')
    .map(Number)
    .filter((thread) => thread !== process.pid)
  expect(threads.length).toBeGreaterThan(0)
  for (const pid of threads) await expect(host.kill({ pid, signal: 'HUP' })).rejects.toMatchObject({ status: 404 })
})

test("the node's database and its processes are never signalled", async () => {
  const { pid, output } = await startChild('sh', ['-c', 'sleep 299 & echo $!; wait'])
  const [line] = (await once(output, 'data')) as [Buffer]
  const host = await processesHost({ databasePids: [pid] })
  for (const each of [pid, Number(line.toString())]) {
    await expect(host.kill({ pid: each, signal: 'KILL' })).rejects.toMatchObject({ status: 403 })
    expect(readProcess('/proc', each)?.state).toMatch(/[RSD]/)
  }
})

test('a number that nobody has is not found, and a signal that is not offered is refused', async () => {
  const { pid, exited } = await startChild('true', [])
  await exited
  const host = await processesHost()
  await expect(host.kill({ pid })).rejects.toMatchObject({ status: 404 })
  for (const params of [{ pid, signal: 'STOP' }, { pid: 0 }, { pid: -1 }, { pid: 1.5 }, { pid: 2 ** 31 }]) {
    await expect(host.kill(params)).rejects.toMatchObject({ status: 400 })
  }
})

test('without the capability nothing is signalled, and the attempt stands in the log', async () => {
  const { pid } = await startChild('sleep', ['299'])
  const closed = await processesHost({ grants: [] })
  await expect(closed.kill({ pid })).rejects.toMatchObject({ status: 403, details: { capability: 'processes' } })
  expect(readProcess('/proc', pid)?.state).toMatch(/[RSD]/)
  expect(closed.audit.after(0, 10)).toMatchObject([
    {
      action: 'processes.kill.refused',
      target: String(pid),
      actor: 'ann@root',
      details: { signal: 'TERM', name: 'sleep' },
    },
  ])
  expect((await closed.list()).count).toBeGreaterThan(0)
})

test('what the operating system refuses is said in its words', async () => {
  // Only root can start another user's process.
  if (process.getuid?.() !== 0) return
  const { pid } = await startChild('sleep', ['299'], 65_533)
  const host = await processesHost()
  process.seteuid?.(65_534)
  try {
    await expect(host.kill({ pid, signal: 'KILL' })).rejects.toMatchObject({ status: 403, details: { errno: 'EPERM' } })
  } finally {
    process.seteuid?.(0)
  }
  expect(readProcess('/proc', pid)?.state).toMatch(/[RSD]/)
})
