import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { forbidden } from '../../src/contract/errors.ts'
import { MAX_DATA_BYTES } from '../../src/tree/link/frame.ts'
import { FRAME_COST_BYTES, defaultLimits } from '../../src/tree/link/limits.ts'
import type { Stream } from '../../src/tree/link/stream.ts'
import { startChain, until } from './tree.ts'
import type { Chain } from './tree.ts'

const MIB = 1024 * 1024
const params = z.object({})

async function collect(stream: Stream): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

describe('streams over three hops', () => {
  let chain: Chain
  beforeEach(async () => void (chain = await startChain()))
  afterEach(() => chain.close())

  const stats = () => [chain.root, chain.region, chain.zone].map(({ links }) => links.children()[0])
  const nothingLeft = () => stats().every((each) => each?.streams === 0 && each.relayed === 0 && each.queuedBytes === 0)

  const serveEcho = () =>
    chain.leaf.methods.registerStream({
      name: 'echo',
      params,
      handle: async (_params, stream) => {
        for await (const chunk of stream) await stream.write(chunk)
      },
    })

  /** Bytes that nobody reads until the test does. */
  function serveHeld(): { stream: () => Stream } {
    let held: Stream | undefined
    chain.leaf.methods.registerStream({
      name: 'held',
      params,
      handle: async (_params, stream) => {
        held = stream
        await stream.closed
      },
    })
    return {
      stream() {
        if (!held) throw new Error('not opened yet')
        return held
      },
    }
  }

  test('what is written comes back, both ends half-close, and nothing stays behind', async () => {
    serveEcho()
    const stream = await chain.root.links.open(chain.route, 'echo', {})
    await stream.write(Buffer.from('hello '))
    await stream.write(Buffer.from('leaf'))
    await stream.end()
    expect(await collect(stream)).toBe('hello leaf')
    expect(await stream.closed).toBeNull()
    await until(nothingLeft, 'nothing is left behind')
  })

  test('a handler that is done ends its stream: all it wrote still arrives', async () => {
    chain.leaf.methods.registerStream({
      name: 'say',
      params: z.object({ text: z.string() }),
      handle: ({ text }, stream) => stream.write(Buffer.from(text)),
    })
    const stream = await chain.root.links.open(chain.route, 'say', { text: 'x'.repeat(200_000) })
    await stream.end()
    expect((await collect(stream)).length).toBe(200_000)
    await until(nothingLeft, 'nothing is left behind')
  })

  test('a reader that does not read stops the writer at the window, at no more memory on any hop', async () => {
    const held = serveHeld()
    const stream = await chain.root.links.open(chain.route, 'held', {})
    let written = 0
    const writing = (async () => {
      for (let i = 0; i < 64; i += 1) {
        await stream.write(Buffer.alloc(MAX_DATA_BYTES))
        written += MAX_DATA_BYTES
      }
    })()
    await until(() => written >= defaultLimits.windowBytes - 2 * MAX_DATA_BYTES, 'the window is full')
    // A round trip behind the last byte: what could still move has moved.
    await chain.root.links.call(chain.route, 'nothing', {}, { deadlineMs: 10_000 }).catch(() => undefined)
    expect(written).toBeLessThanOrEqual(defaultLimits.windowBytes)
    for (let read = 0; read < 64 * MAX_DATA_BYTES;) read += (await held.stream().read())?.length ?? Infinity
    await writing
    expect(written).toBe(64 * MAX_DATA_BYTES)
    stream.reset(new Error('enough'))
  })

  test('50 MB arrive unchanged within bounded memory, while a second stream is not starved', async () => {
    serveEcho()
    const totalBytes = 50 * MIB
    let received = 0
    const theirs = createHash('sha256')
    chain.leaf.methods.registerStream({
      name: 'upload',
      params,
      handle: async (_params, stream) => {
        for await (const chunk of stream) {
          received += chunk.length
          theirs.update(chunk)
        }
        await stream.write(Buffer.from(theirs.digest('hex')))
      },
    })
    const upload = await chain.root.links.open(chain.route, 'upload', {})
    const keys = await chain.root.links.open(chain.route, 'echo', {})
    const ours = createHash('sha256')
    let sent = 0
    let aheadBytes = 0
    let queuedBytes = 0
    const uploading = (async () => {
      for (let n = 0; sent < totalBytes; n += 1) {
        const chunk = Buffer.alloc(MIB, n)
        ours.update(chunk)
        await upload.write(chunk)
        sent += chunk.length
        aheadBytes = Math.max(aheadBytes, sent - received)
        queuedBytes = Math.max(queuedBytes, ...stats().map((each) => each?.queuedBytes ?? 0))
      }
      await upload.end()
    })()

    let during = 0
    let worstBytes = 0
    while (sent < totalBytes) {
      const before = received
      await keys.write(Buffer.from('k'))
      expect(Buffer.from((await keys.read()) ?? []).toString()).toBe('k')
      worstBytes = Math.max(worstBytes, received - before)
      during += 1
    }
    await uploading
    expect(await collect(upload)).toBe(ours.digest('hex'))
    expect(received).toBe(totalBytes)
    // A keystroke's way there and back never costs more than a few windows of the transfer.
    expect(during).toBeGreaterThan(10)
    expect(worstBytes).toBeLessThanOrEqual(12 * defaultLimits.windowBytes)
    expect(aheadBytes).toBeLessThanOrEqual(defaultLimits.windowBytes)
    expect(queuedBytes).toBeLessThanOrEqual(defaultLimits.windowBytes + 64 * FRAME_COST_BYTES)
    await keys.end()
    await until(nothingLeft, 'nothing is left behind')
  })

  test('a reset with a documented error reaches the other end, from either side', async () => {
    const held = serveHeld()
    chain.leaf.methods.registerStream({
      name: 'refuse',
      params,
      handle: async () => Promise.reject(forbidden('不允许', 'Not allowed', { details: { capability: 'terminal' } })),
    })
    const refused = chain.root.links.open(chain.route, 'refuse', {}).then((stream) => stream.read())
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN', details: { capability: 'terminal' } })

    const stream = await chain.root.links.open(chain.route, 'held', {})
    const reading = held.stream().read()
    stream.reset(forbidden('够了', 'Enough'))
    await expect(reading).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(stream.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(stream.signal.aborted).toBe(true)
    await until(nothingLeft, 'nothing is left behind')
  })

  test.each([
    ['a method that is not there', 'nothing', {}, { reason: 'NO_METHOD', hop: 'leaf' }],
    ['parameters of another shape', 'strict', { n: 'x' }, { code: 'INVALID_REQUEST' }],
  ])('%s: the stream never opens', async (_name, method, body, error) => {
    chain.leaf.methods.registerStream({
      name: 'strict',
      params: z.object({ n: z.number() }),
      handle: async () => undefined,
    })
    await expect(chain.root.links.open(chain.route, method, body)).rejects.toMatchObject(error)
  })

  test('a stream to a node that is not there never opens', async () => {
    await expect(chain.root.links.open(['region', 'gone'], 'held', {})).rejects.toMatchObject({
      reason: 'NO_ROUTE',
      hop: 'gone',
    })
  })

  test('an abort by the opener resets the stream at the leaf', async () => {
    const held = serveHeld()
    const abort = new AbortController()
    await chain.root.links.open(chain.route, 'held', {}, { signal: abort.signal })
    abort.abort()
    expect(await held.stream().closed).toMatchObject({ reason: 'CANCELLED' })
    await until(nothingLeft, 'nothing is left behind')
  })

  test('when a link in the middle breaks, both ends learn which one', async () => {
    const held = serveHeld()
    const stream = await chain.root.links.open(chain.route, 'held', {})
    chain.region.sockets[0]?.destroy()
    expect(await stream.closed).toMatchObject({ reason: 'LINK_LOST', hop: 'zone' })
    expect(await held.stream().closed).toMatchObject({ reason: 'LINK_LOST', hop: 'region' })
    await until(() => chain.region.links.isConnected('zone'), 'zone is linked again')
  })
})
