import { createServer } from 'node:net'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { startChild, startMonitor, until } from './tree.ts'

const cleanups: Array<() => unknown> = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

async function monitor(...options: Parameters<typeof startMonitor>) {
  const started = await startMonitor(...options)
  cleanups.push(() => started.close())
  return started
}

function child(...options: Parameters<typeof startChild>) {
  const started = startChild(...options)
  cleanups.push(() => started.client.stop())
  return started
}

/** A socket that speaks for itself. */
async function rawSocket(
  url: string,
  agentId: string,
): Promise<{ socket: WebSocket; closed: Promise<[number, string]> }> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/link`, { headers: { 'X-API-Key': agentId } })
  cleanups.push(() => socket.terminate())
  const closed = new Promise<[number, string]>((resolve) =>
    socket.once('close', (code, reason) => resolve([code, reason.toString()])),
  )
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { socket, closed }
}

const linked = (each: ReturnType<typeof startChild>) =>
  until(() => each.client.state().link === 'connected', 'the child is linked')

describe('connections', () => {
  test('the newest connection of a node wins, and the late end of the old one evicts nobody', async () => {
    const root = await monitor('root')
    const first = await rawSocket(root.url, 'leaf')
    await until(() => root.links.isConnected('leaf'), 'the first is linked')
    const second = await rawSocket(root.url, 'leaf')
    expect((await first.closed)[0]).toBe(4409)
    expect(second.socket.readyState).toBe(WebSocket.OPEN)
    expect(root.links.children()).toHaveLength(1)
    expect(root.events).toEqual(['+leaf', '+leaf'])
    second.socket.terminate()
    await until(() => !root.links.isConnected('leaf'), 'the second is gone')
    expect(root.events).toHaveLength(3)
  })

  test('a call over a connection that is replaced fails at once', async () => {
    const root = await monitor('root')
    await rawSocket(root.url, 'leaf')
    await until(() => root.links.isConnected('leaf'), 'the first is linked')
    const call = root.links.call(['leaf'], 'node.status', {}, { deadlineMs: 60_000 })
    const lost = expect(call).rejects.toMatchObject({ reason: 'LINK_LOST', hop: 'leaf' })
    await rawSocket(root.url, 'leaf')
    await lost
  })

  test('a child dials again after its link was cut, and knows how it stands', async () => {
    const root = await monitor('root')
    const leaf = child('leaf', () => root)
    await linked(leaf)
    expect(leaf.client.state()).toMatchObject({ agentId: 'root', url: root.url, lastError: null })
    const since = leaf.client.state().connectedSince
    root.sockets[0]?.destroy()
    await until(() => leaf.client.state().link !== 'connected', 'the loss is seen')
    await until(() => root.sockets.length === 2 && root.links.isConnected('leaf'), 'it is linked again')
    await linked(leaf)
    expect(leaf.client.state().connectedSince).toBeGreaterThanOrEqual(since ?? Infinity)
  })

  test('while not connected a call fails at once', async () => {
    const leaf = child('leaf', () => null)
    const call = leaf.client.call('node.status', {}, { deadlineMs: 60_000 })
    await expect(call).rejects.toMatchObject({ reason: 'LINK_LOST', hop: 'parent' })
    expect(leaf.client.state()).toMatchObject({ link: 'disconnected', lastError: 'no parent to dial' })
  })

  test('another parent is tried when the first does not answer', async () => {
    const root = await monitor('root')
    const parents = [{ url: 'http://127.0.0.1:1' }, root]
    let tries = 0
    const leaf = child('leaf', () => parents[tries++ % 2] ?? null)
    await linked(leaf)
    expect(leaf.client.state().url).toBe(root.url)
  })

  test.each([
    { name: 'a key that is not accepted', url: undefined, agentId: 'revoked', error: /401/ },
    { name: 'nobody there', url: 'http://127.0.0.1:1', agentId: 'leaf', error: /ECONNREFUSED/ },
    { name: 'no URL of a monitor', url: 'ftp://x', agentId: 'leaf', error: /not the URL of a monitor/ },
  ])('$name: the state says why', async ({ url, agentId, error }) => {
    const root = await monitor('root')
    const leaf = child(agentId, () => ({ url: url ?? root.url }))
    await until(() => error.test(leaf.client.state().lastError ?? ''), 'the error is known')
  })

  test('a parent that accepts the socket and never speaks is given up', async () => {
    const sockets: Socket[] = []
    const mute = createServer((socket) => void sockets.push(socket.on('error', () => undefined)))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy()
      mute.close()
    })
    const address = mute.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const leaf = child('leaf', () => ({ url: `http://127.0.0.1:${address.port}` }), { connectTimeoutMs: 30 })
    await until(() => /no HELLO within 30 ms/.test(leaf.client.state().lastError ?? ''), 'it is given up')
    await until(() => sockets.length > 1, 'it is tried again')
  })

  test('the place in the tree travels down when it changes', async () => {
    const root = await monitor('root')
    const leaf = child('leaf', () => root)
    await until(() => leaf.lineages.length === 1, 'the first HELLO')
    root.links.announceLineage(['continent', 'world'])
    await until(() => leaf.lineages.length === 2, 'the second HELLO')
    expect(leaf.lineages).toEqual([['root'], ['root', 'continent', 'world']])
  })

  test('a node below itself is refused, whoever notices', async () => {
    const root = await monitor('root')
    const other = await monitor('other')
    root.links.announceLineage(['leaf'])
    const leaf = child('leaf', () => root)
    const self = child('other', () => other)
    await until(() => /loop/.test(leaf.client.state().lastError ?? ''), 'the ancestor is refused')
    await until(() => /loop/.test(self.client.state().lastError ?? ''), 'the node itself is refused')
    expect([root.links.children(), other.links.children()]).toEqual([[], []])
    expect(leaf.lineages).toEqual([])
  })

  test('a half-open peer is noticed on both sides by its silence', async () => {
    const heartbeat = { intervalMs: 20, maxMissed: 3 }
    const root = await monitor('root', { heartbeat })
    const { socket } = await rawSocket(root.url, 'leaf')
    // It reads, so TCP is well, but it never says a word: no PONG.
    await until(() => root.links.isConnected('leaf'), 'it is linked')
    await until(() => !root.links.isConnected('leaf'), 'its silence is noticed')
    expect(root.events.at(-1)).toBe('-leaf: no sign of life from the other end')
    socket.terminate()

    const deaf = await monitor('deaf', { heartbeat: { intervalMs: 3_600_000, maxMissed: 3 } })
    const leaf = child('leaf', () => deaf, { heartbeat })
    await linked(leaf)
    // The parent's process lives on, its end of the connection does not hear any more.
    deaf.sockets[0]?.pause()
    await until(
      () => /no sign of life/.test(leaf.client.state().lastError ?? ''),
      'the silence of the parent is noticed',
    )
  })

  test('a child that takes nothing is let go before it costs more memory than its bound', async () => {
    const root = await monitor('root', { limits: { maxOutboxBytes: 256 * 1024, maxPendingCalls: 100_000 } })
    const { socket } = await rawSocket(root.url, 'leaf')
    await until(() => root.links.isConnected('leaf'), 'it is linked')
    socket.pause()
    const params = { text: 'x'.repeat(20_000) }
    const results: Array<Promise<unknown>> = []
    let queuedBytes = 0
    while (root.links.isConnected('leaf')) {
      if (results.length > 10_000) throw new Error('it is never let go')
      results.push(
        root.links.call(['leaf'], 'node.status', params, { deadlineMs: 60_000 }).catch((error: unknown) => error),
      )
      queuedBytes = Math.max(queuedBytes, root.links.children()[0]?.queuedBytes ?? 0)
    }
    expect(root.events.at(-1)).toBe('-leaf: the other end does not take what is sent to it')
    expect(queuedBytes).toBeLessThanOrEqual(256 * 1024)
    expect(await results[0]).toMatchObject({ reason: 'LINK_LOST', hop: 'leaf' })
  })

  test('a link that only answers heartbeats stays', async () => {
    const root = await monitor('root', { heartbeat: { intervalMs: 10, maxMissed: 3 } })
    const leaf = child('leaf', () => root, { heartbeat: { intervalMs: 3_600_000, maxMissed: 3 } })
    await linked(leaf)
    const { connectedSince } = leaf.client.state()
    await until(() => Date.now() - (connectedSince ?? 0) > 200, 'many heartbeats have passed')
    expect(root.events).toEqual(['+leaf'])
  })

  test('a child can be sent away, and comes back only by dialling again', async () => {
    const root = await monitor('root')
    const leaf = child('leaf', () => root, { backoff: { minMs: 60_000, maxMs: 60_000 } })
    await linked(leaf)
    expect(root.links.disconnect('leaf', 'deleted')).toBe(true)
    expect(root.links.disconnect('leaf', 'deleted')).toBe(false)
    await until(() => leaf.client.state().lastError === '4403: deleted', 'the child knows why')
    leaf.client.reconnect('a new key')
    await linked(leaf)
  })

  test('a child that hears of its parent another way dials at once, and never over a link that stands', async () => {
    const root = await monitor('root')
    const leaf = child('leaf', () => root, { backoff: { minMs: 60_000, maxMs: 60_000 } })
    await linked(leaf)
    leaf.client.hasten()
    expect(leaf.client.state().link).toBe('connected')
    root.links.disconnect('leaf', 'for a moment')
    await until(() => leaf.client.state().link === 'disconnected', 'the child waits for its next try')
    leaf.client.hasten()
    await linked(leaf)
    expect(root.events).toHaveLength(3)
  })

  test('after reconnect only the new connection counts', async () => {
    const root = await monitor('root')
    const leaf = child('leaf', () => root)
    leaf.client.reconnect('at once, while the first try is under way')
    await linked(leaf)
    leaf.client.reconnect('the parent has changed')
    expect(leaf.client.state()).toMatchObject({ link: 'disconnected', lastError: 'the parent has changed' })
    await linked(leaf)
    root.methods.register({ name: 'ping', params: z.object({}), result: z.object({}), handle: () => ({}) })
    expect(await leaf.client.call('ping', {}, { deadlineMs: 5_000 })).toEqual({})
    expect(root.links.children()).toHaveLength(1)
  })

  test('a stopped child dials no more, and a stopped monitor takes nobody', async () => {
    const root = await monitor('root')
    const leaf = child('leaf', () => root, { backoff: { minMs: 1, maxMs: 1 } })
    await linked(leaf)
    root.links.close()
    await until(() => /stops/.test(leaf.client.state().lastError ?? ''), 'the child is told')
    leaf.client.stop()
    const late = await rawSocket(root.url, 'late')
    expect(await late.closed).toEqual([1001, 'this monitor stops'])
    expect(root.links.children()).toEqual([])
    expect(leaf.client.state().link).toBe('disconnected')
  })
})
