import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { LinkError } from '../../src/tree/link/fault.ts'
import { createMethods } from '../../src/tree/link/methods.ts'
import { createReplicaLinks, type ReplicaLinks, replicaTokenHeader } from '../../src/tree/link/replica-links.ts'
import { socketOptions } from '../../src/tree/link/socket-transport.ts'
import type { Stream } from '../../src/tree/link/stream.ts'
import { silent, startChild, startMonitor, type TestChild, type TestMonitor, until } from './tree.ts'

/** One of two processes of `region`: its door for children, and that for the other process. */
async function startProcess(id: string, linksOf: () => ReplicaLinks | undefined) {
  const monitor = await startMonitor('region', {
    elsewhere: (agentId) => (agentId === 'leaf' ? linksOf()?.linkTo('holder') : undefined),
  })
  const methods = createMethods()
  const links = createReplicaLinks({
    selfId: 'region',
    methods,
    nextHere: monitor.links.nextHere,
    token: () => id,
    logger: silent,
    random: Math.random,
  })
  const sockets: Socket[] = []
  const upgrades = new WebSocketServer({ noServer: true, ...socketOptions })
  const http = createServer()
  http.on('upgrade', (request, socket, head) => {
    sockets.push(request.socket)
    const from = String(request.headers[replicaTokenHeader])
    upgrades.handleUpgrade(request, socket, head, (ws) => links.accept(ws, from))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    monitor,
    methods,
    links,
    sockets,
    address: `http://127.0.0.1:${address.port}`,
    async close() {
      links.close()
      await monitor.close()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

let root: TestMonitor
let regionUp: TestChild
let leaf: TestChild
/** It has the link of the leaf. */
let holder: Awaited<ReturnType<typeof startProcess>>
/** It has the link to the root. */
let leader: Awaited<ReturnType<typeof startProcess>>
const seen: Array<readonly string[]> = []

beforeAll(async () => {
  root = await startMonitor('root')
  holder = await startProcess('holder', () => undefined)
  leader = await startProcess('leader', () => leader?.links)
  regionUp = startChild('region', () => root, { next: leader.monitor.links.next })
  leaf = startChild('leaf', () => holder.monitor)
  leaf.methods.register({
    name: 'echo',
    params: z.string(),
    result: z.string(),
    handle: (text, { via }) => {
      seen.push(via)
      return text
    },
  })
  leaf.methods.registerStream({
    name: 'back',
    params: z.undefined(),
    async handle(_, stream) {
      for await (const piece of stream) await stream.write(piece)
    },
  })
  leader.links.meet([{ id: 'holder', address: holder.address }])
  await until(() => leader.links.linkTo('holder') !== undefined, 'the processes are linked')
  await until(() => holder.monitor.links.isConnected('leaf') && root.links.isConnected('region'), 'all are linked')
})
afterAll(async () => {
  leaf?.client.stop()
  regionUp?.client.stop()
  await leader?.close()
  await holder?.close()
  await root?.close()
})

const wait = { deadlineMs: 10_000 }

test('a question for a leaf of another process takes the same way as any, seen from the tree', async () => {
  seen.length = 0
  expect(await leader.monitor.links.call(['leaf'], 'echo', 'from the region', wait)).toBe('from the region')
  expect(await root.links.call(['region', 'leaf'], 'echo', 'from the root', wait)).toBe('from the root')
  expect(seen).toEqual([['region'], ['root', 'region']])
})

test('a process asks the other one itself, and is not passed on to a third', async () => {
  holder.methods.register({ name: 'who', params: z.undefined(), result: z.string(), handle: () => 'holder' })
  const link = leader.links.linkTo('holder')!
  expect(await link.call('who', undefined, wait)).toBe('holder')
  const nowhere = link.call('echo', 'x', { ...wait, to: ['stranger'] })
  await expect(nowhere).rejects.toMatchObject({ reason: 'NO_ROUTE', hop: 'stranger' })
})

async function echoed(stream: Stream, bytes: number): Promise<number> {
  const piece = new Uint8Array(32 * 1024).fill(7)
  const writing = (async () => {
    for (let sent = 0; sent < bytes; sent += piece.length) await stream.write(piece)
    await stream.end()
  })()
  let got = 0
  for await (const part of stream) got += part.length
  await writing
  return got
}

test('a stream of many windows goes through both processes and back, from the region and from the root', async () => {
  const bytes = 4 * 1024 * 1024
  expect(await echoed(await leader.monitor.links.open(['leaf'], 'back', undefined), bytes)).toBe(bytes)
  expect(await echoed(await root.links.open(['region', 'leaf'], 'back', undefined), bytes)).toBe(bytes)
})

test('what is under way fails at once when the other process is gone, and works again when it is back', async () => {
  const own = await leader.monitor.links.open(['leaf'], 'back', undefined)
  const above = await root.links.open(['region', 'leaf'], 'back', undefined)
  for (const socket of holder.sockets) socket.destroy()
  expect(await own.closed).toBeInstanceOf(LinkError)
  expect(await above.closed).toMatchObject({ reason: 'LINK_LOST', hop: 'region' })
  await until(() => leader.links.linkTo('holder') !== undefined, 'they are linked again')
  expect(await root.links.call(['region', 'leaf'], 'echo', 'again', wait)).toBe('again')
})

test('a process that is gone for good is left alone', async () => {
  leader.links.meet([])
  expect(leader.links.linkTo('holder')).toBeUndefined()
  const asked = leader.monitor.links.call(['leaf'], 'echo', 'x', wait)
  await expect(asked).rejects.toMatchObject({ reason: 'NO_ROUTE', hop: 'leaf' })
})
