import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  FrameKind,
  MAX_DATA_BYTES,
  MAX_FRAME_BYTES,
  decodeFrame,
  encodeCredit,
  encodeFrame,
} from '../../src/tree/link/frame.ts'
import type { Frame } from '../../src/tree/link/frame.ts'
import { startChild, startMonitor, until } from './tree.ts'
import type { TestChild, TestMonitor } from './tree.ts'

const via = (...ids: string[]) => JSON.stringify({ to: [], via: ids, method: 'x', deadlineMs: 1_000 })

/** root – region – hostile, and beside the hostile child an honest one. */
describe('a hostile child', () => {
  let root: TestMonitor
  let region: TestMonitor
  let regionUp: TestChild
  let socket: WebSocket
  let frames: Frame[]
  let closed: Promise<[number, string]>

  beforeEach(async () => {
    root = await startMonitor('root')
    region = await startMonitor('region')
    regionUp = startChild('region', () => root, { next: region.links.next })
    frames = []
    socket = new WebSocket(region.url.replace('http', 'ws'), { headers: { 'X-API-Key': 'hostile' } })
    socket.on('message', (data) => {
      const decoded = decodeFrame(data as Buffer)
      if (decoded.ok) frames.push(decoded.frame)
    })
    closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()])))
    await until(() => frames.length > 0 && root.links.isConnected('region'), 'all are linked')
  })
  afterEach(async () => {
    socket.terminate()
    regionUp.client.stop()
    await region.close()
    await root.close()
  })

  const opened = async (): Promise<number> => {
    await until(() => frames.some(({ kind }) => kind === FrameKind.OPEN), 'the stream is offered')
    const id = frames.find(({ kind }) => kind === FrameKind.OPEN)?.id ?? 0
    socket.send(encodeCredit(id, 1024))
    return id
  }

  test.each([
    ['text', 'hello', 1003],
    ['an empty message', Buffer.alloc(0), 4400],
    ['garbage', Buffer.from('GET / HTTP/1.1'), 4400],
    [
      'a HELLO from below',
      encodeFrame({ kind: FrameKind.HELLO, header: '{"protocol":1,"agent_id":"hostile","lineage":["hostile"]}' }),
      4400,
    ],
    ['a header that is no JSON', encodeFrame({ kind: FrameKind.CALL, id: 1, header: '{' }), 4400],
    ['a header that is no UTF-8', Buffer.from([FrameKind.CALL, 0, 0, 0, 0, 1, 0, 1, 0xff]), 4400],
    ['a header of another shape', encodeFrame({ kind: FrameKind.CALL, id: 1, header: '{"to":"leaf"}' }), 4400],
    [
      'a deadline of years',
      encodeFrame({ kind: FrameKind.CALL, id: 1, header: via('hostile').replace('1000', '1e12') }),
      4400,
    ],
    ['a message in the name of another', encodeFrame({ kind: FrameKind.CALL, id: 1, header: via('root') }), 4400],
    ['an id of the other side', encodeFrame({ kind: FrameKind.CALL, id: 2, header: via('hostile') }), 4400],
    ['a message over the bound', Buffer.alloc(MAX_FRAME_BYTES + 1), 1009],
  ])('%s closes its link with the reason, and no other', async (_name, message, code) => {
    socket.send(message)
    expect((await closed)[0]).toBe(code)
    await until(() => !region.links.isConnected('hostile'), 'it is gone')
    expect(root.links.isConnected('region')).toBe(true)
  })

  test('frames of calls and streams that are over, or never were, change nothing', async () => {
    for (const kind of [FrameKind.REPLY, FrameKind.CANCEL, FrameKind.END]) socket.send(encodeFrame({ kind, id: 77 }))
    socket.send(encodeFrame({ kind: FrameKind.DATA, id: 78, body: Buffer.from('x') }))
    socket.send(encodeCredit(79, 10))
    socket.send(encodeFrame({ kind: FrameKind.RESET, id: 80, header: '{}' }))
    socket.send(encodeFrame({ kind: FrameKind.ERROR, id: 82, header: '{}' }))
    socket.send(encodeFrame({ kind: FrameKind.PING }))
    await until(() => frames.some(({ kind }) => kind === FrameKind.PONG), 'it is still answered')
    expect(region.links.isConnected('hostile')).toBe(true)
  })

  test('a question that came by this node before is answered with LOOP', async () => {
    socket.send(encodeFrame({ kind: FrameKind.CALL, id: 1, header: via('region', 'hostile') }))
    await until(() => frames.some(({ kind }) => kind === FrameKind.ERROR), 'it is refused')
    const answer = frames.find(({ kind }) => kind === FrameKind.ERROR)
    expect(JSON.parse(Buffer.from(answer?.header ?? []).toString())).toEqual({
      fault: 'link',
      reason: 'LOOP',
      hop: 'region',
    })
  })

  test('a sender that overruns its credits is reset by the first node that sees it', async () => {
    const opening = root.links.open(['region', 'hostile'], 'x', {})
    const id = await opened()
    const stream = await opening
    const chunk = encodeFrame({ kind: FrameKind.DATA, id, body: Buffer.alloc(MAX_DATA_BYTES) })
    for (let i = 0; i < 9; i += 1) socket.send(chunk)
    expect(await stream.closed).toMatchObject({ reason: 'OVERRUN', hop: 'hostile' })
    await until(() => frames.some((frame) => frame.kind === FrameKind.RESET && frame.id === id), 'the sender is told')
    expect(root.links.children()[0]).toMatchObject({ streams: 0, relayed: 0 })
    expect(region.links.children()[0]).toMatchObject({ relayed: 0 })
  })

  test('a sender of its own parent that overruns its credits is reset as well', async () => {
    const opening = region.links.open(['hostile'], 'x', {})
    const id = await opened()
    const stream = await opening
    for (let i = 0; i < 9; i += 1)
      socket.send(encodeFrame({ kind: FrameKind.DATA, id, body: Buffer.alloc(MAX_DATA_BYTES) }))
    expect(await stream.closed).toMatchObject({ reason: 'OVERRUN', hop: 'hostile' })
    expect(region.links.isConnected('hostile')).toBe(true)
  })

  test.each([
    ['relayed', ['region', 'hostile']],
    ['direct', ['hostile']],
  ])('a window without end is not granted (%s)', async (_name, route) => {
    const opening = (route.length > 1 ? root : region).links.open(route, 'x', {})
    const id = await opened()
    const stream = await opening
    socket.send(encodeCredit(id, 0xffff_ffff))
    expect(await stream.closed).toMatchObject({ reason: 'OVERRUN' })
  })

  test('an answer that is no JSON is the fault of who gave it', async () => {
    const call = root.links.call(['region', 'hostile'], 'x', {}, { deadlineMs: 10_000 })
    const failed = expect(call).rejects.toMatchObject({ reason: 'REMOTE', hop: 'hostile' })
    await until(() => frames.some(({ kind }) => kind === FrameKind.CALL), 'it is asked')
    const id = frames.find(({ kind }) => kind === FrameKind.CALL)?.id ?? 0
    socket.send(encodeFrame({ kind: FrameKind.REPLY, id, body: Buffer.from('}{') }))
    await failed
  })

  test('an opening that is never accepted is given up', async () => {
    await region.close()
    const patient = await startMonitor('patient', { limits: { openTimeoutMs: 30 } })
    const mute = new WebSocket(patient.url.replace('http', 'ws'), { headers: { 'X-API-Key': 'mute' } })
    await until(() => patient.links.isConnected('mute'), 'it is linked')
    await expect(patient.links.open(['mute'], 'x', {})).rejects.toMatchObject({ reason: 'TIMEOUT', hop: 'mute' })
    mute.terminate()
    await patient.close()
  })
})
