import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { notFound } from '../../src/contract/errors.ts'
import { startChain, startChild, until } from './tree.ts'
import type { Chain } from './tree.ts'

const echo = { name: 'echo', params: z.object({ text: z.string() }), result: z.object({ text: z.string() }) }
const deadlineMs = 10_000

describe('calls over three hops', () => {
  let chain: Chain
  beforeEach(async () => void (chain = await startChain()))
  afterEach(() => chain.close())

  test('the root asks a leaf, which sees the way the question came and who asked', async () => {
    let seen: unknown
    chain.leaf.methods.register({
      ...echo,
      handle: ({ text }, { via, meta, deadlineMs: left }) => {
        seen = { via, meta, left }
        return { text: text.toUpperCase() }
      },
    })
    const answer = await chain.root.links.call(
      chain.route,
      'echo',
      { text: 'hi' },
      { deadlineMs, meta: { actor: 'admin' } },
    )
    expect(answer).toEqual({ text: 'HI' })
    expect(seen).toEqual({ via: ['root', 'region', 'zone'], meta: { actor: 'admin' }, left: deadlineMs })
  })

  test('a leaf asks its parent', async () => {
    chain.zone.methods.register({ ...echo, handle: ({ text }, { via }) => ({ text: `${text} from ${via.join()}` }) })
    expect(await chain.leaf.client.call('echo', { text: 'hi' }, { deadlineMs })).toEqual({ text: 'hi from leaf' })
  })

  test('a hundred at once come back to who asked', async () => {
    chain.leaf.methods.register({ ...echo, handle: async ({ text }) => ({ text }) })
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        chain.root.links.call(chain.route, 'echo', { text: String(i) }, { deadlineMs }),
      ),
    )
    expect(answers).toEqual(Array.from({ length: 100 }, (_, i) => ({ text: String(i) })))
    expect(chain.region.links.children()[0]).toMatchObject({ relayed: 0, pendingCalls: 0, queuedBytes: 0 })
  })

  test('an answer of a megabyte arrives whole, a larger one is refused as too large', async () => {
    const big = { name: 'big', params: z.object({ bytes: z.number() }), result: z.object({ text: z.string() }) }
    chain.leaf.methods.register({ ...big, handle: ({ bytes }) => ({ text: 'x'.repeat(bytes) }) })
    const answer = await chain.root.links.call(chain.route, 'big', { bytes: 1_000_000 }, { deadlineMs })
    expect(answer).toEqual({ text: 'x'.repeat(1_000_000) })
    const tooBig = chain.root.links.call(chain.route, 'big', { bytes: 2_000_000 }, { deadlineMs })
    await expect(tooBig).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 })
    const question = chain.root.links.call(chain.route, 'big', { text: 'x'.repeat(2_000_000) }, { deadlineMs })
    await expect(question).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 })
  })

  test('what the leaf refuses keeps its code, status, texts and details; a crash says nothing', async () => {
    chain.leaf.methods.register({
      ...echo,
      handle: ({ text }) => {
        if (text === 'crash') throw new Error('secret path /etc/shadow')
        throw notFound('没有这个文件', 'No such file', { details: { path: text } })
      },
    })
    const refused = chain.root.links.call(chain.route, 'echo', { text: '/x' }, { deadlineMs })
    await expect(refused).rejects.toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
      text: { zh: '没有这个文件', en: 'No such file' },
      details: { path: '/x' },
    })
    const crashed = await chain.root.links
      .call(chain.route, 'echo', { text: 'crash' }, { deadlineMs })
      .catch((error: unknown) => error)
    expect(crashed).toMatchObject({ code: 'INTERNAL_ERROR', status: 500 })
    expect(String(crashed)).not.toMatch(/shadow/)
  })

  test.each([
    [
      'parameters of another shape',
      'echo',
      { text: 7 },
      { code: 'INVALID_REQUEST', details: { fields: [{ field: 'text' }] } },
    ],
    ['a method that the leaf does not have', 'nonsense', {}, { reason: 'NO_METHOD', hop: 'leaf' }],
  ])('%s: the leaf says so', async (_name, method, params, error) => {
    chain.leaf.methods.register({ ...echo, handle: ({ text }) => ({ text }) })
    await expect(chain.root.links.call(chain.route, method, params, { deadlineMs })).rejects.toMatchObject(error)
  })

  test('at the deadline the caller is told, and the handler on the leaf aborted', async () => {
    let aborted: AbortSignal | undefined
    chain.leaf.methods.register({
      ...echo,
      handle: (_params, { signal }) => new Promise(() => void (aborted = signal)),
    })
    const call = chain.root.links.call(chain.route, 'echo', { text: '' }, { deadlineMs: 50 })
    await expect(call).rejects.toMatchObject({ reason: 'TIMEOUT', hop: 'leaf', status: 504 })
    await until(() => aborted?.aborted === true, 'the handler is aborted')
    await until(() => chain.region.links.children()[0]?.relayed === 0, 'the region has forgotten it')
  })

  test('a cancel travels to the leaf and leaves nothing behind on the way', async () => {
    let seen: AbortSignal | undefined
    chain.leaf.methods.register({ ...echo, handle: (_params, { signal }) => new Promise(() => void (seen = signal)) })
    const abort = new AbortController()
    const call = chain.root.links.call(chain.route, 'echo', { text: '' }, { deadlineMs, signal: abort.signal })
    await until(() => seen !== undefined, 'the question has arrived')
    abort.abort()
    await expect(call).rejects.toMatchObject({ reason: 'CANCELLED', hop: 'leaf' })
    await until(() => seen?.aborted === true, 'the handler is aborted')
    expect(chain.region.links.children()[0]?.relayed).toBe(0)
    expect(chain.zone.links.children()[0]?.relayed).toBe(0)
  })

  test('when a link breaks under a call, the caller learns at once between whom', async () => {
    let seen: AbortSignal | undefined
    chain.leaf.methods.register({ ...echo, handle: (_params, { signal }) => new Promise(() => void (seen = signal)) })
    const call = chain.root.links.call(chain.route, 'echo', { text: '' }, { deadlineMs })
    call.catch(() => undefined)
    await until(() => seen !== undefined, 'the question has arrived')
    // Pulled between region and zone: both sockets still look alive to everybody else.
    chain.region.sockets[0]?.destroy()
    await expect(call).rejects.toMatchObject({ reason: 'LINK_LOST', hop: 'zone', status: 503 })
    await until(() => seen?.aborted === true, 'the handler on the leaf is aborted')
    expect(chain.root.links.isConnected('region')).toBe(true)
  })

  test.each([
    { route: ['elsewhere'], hop: 'elsewhere' },
    { route: ['region', 'elsewhere'], hop: 'elsewhere' },
    { route: ['region', 'zone', 'elsewhere', 'leaf'], hop: 'elsewhere' },
    { route: [], hop: 'root' },
  ])('a route over a node that is not connected is refused and names it: $route', async ({ route, hop }) => {
    const call = chain.root.links.call(route, 'echo', { text: '' }, { deadlineMs })
    await expect(call).rejects.toMatchObject({ reason: 'NO_ROUTE', hop })
  })

  test('a child can ask nobody but its parent: neither a sibling nor anybody above', async () => {
    chain.leaf.methods.register({ ...echo, handle: ({ text }) => ({ text }) })
    const spy = startChild('spy', () => chain.zone)
    await until(() => spy.client.state().link === 'connected', 'the spy is connected')
    // The typed interface offers no `to`; a hostile child does not care.
    const hostile = { deadlineMs, to: ['leaf'] }
    await expect(spy.client.call('echo', { text: 'hi' }, hostile)).rejects.toMatchObject({
      reason: 'NO_ROUTE',
      hop: 'zone',
    })
    spy.client.stop()
  })

  test('a question that comes back to a node that it came by is dropped as a loop', async () => {
    chain.leaf.methods.register({ ...echo, handle: ({ text }) => ({ text }) })
    // region is also, wrongly, a child of zone.
    const wrong = startChild('region', () => chain.zone, { next: chain.region.links.next })
    await until(() => wrong.client.state().lastError !== null, 'the wrong link is refused')
    expect(wrong.client.state().lastError).toMatch(/loop/)
    wrong.client.stop()
  })
})
