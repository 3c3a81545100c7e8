import { expect, onTestFinished, test } from 'vitest'
import { ProcessKilled, ProcessList } from '../../../src/contract/operations/processes.ts'
import { createLinkClient } from '../../../src/tree/link/link-client.ts'
import { silent, startMonitor, until } from '../../link/tree.ts'
import { origin, processesMethods, startChild } from './processes-host.ts'

test('a process of a node is listed and ended over its link, and what the node refuses keeps its status', async () => {
  const monitor = await startMonitor('root')
  const { methods, audit } = await processesMethods()
  const client = createLinkClient({
    selfId: 'leaf',
    target: () => ({ url: monitor.url, apiKey: 'leaf' }),
    methods,
    logger: silent,
    clock: Date.now,
    random: Math.random,
    backoff: { minMs: 5, maxMs: 20 },
    onLineage: () => undefined,
  })
  client.start()
  onTestFinished(async () => {
    client.stop()
    await monitor.close()
  })
  await until(() => monitor.links.children().length === 1, 'the leaf is connected')
  const { pid } = await startChild('sleep', ['299'])
  const options = { meta: { origin }, deadlineMs: 10_000 }
  const ask = (name: string, params: object) => monitor.links.call(['leaf'], name, params, options)

  const list = ProcessList.parse(await ask('processes.list', {}))
  const listed = list.processes.find((process) => process.pid === pid)
  expect(listed?.name).toBe('sleep')
  const killed = ProcessKilled.parse(await ask('processes.kill', { pid, create_time: listed?.create_time }))
  expect(killed).toEqual({ pid, signal: 'TERM', exited: true })
  await expect(ask('processes.kill', { pid: process.pid })).rejects.toMatchObject({ status: 403, code: 'FORBIDDEN' })
  expect(audit.after(0, 10).map(({ action, actor }) => [action, actor])).toEqual([
    ['processes.kill', 'ann@root'],
    ['processes.kill', 'ann@root'],
    ['processes.kill.failed', 'ann@root'],
  ])
})
