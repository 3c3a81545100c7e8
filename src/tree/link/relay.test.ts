import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FrameKind, MAX_DATA_BYTES, creditOf, decodeFrame, encodeCredit, encodeFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import type { CallHeader, OpenHeader } from './headers.ts'
import { MAX_WINDOW_BYTES } from './limits.ts'
import { dropPassages, relayFrame, relayOpening } from './relay.ts'
import type { RelayEnd } from './relay.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const names = new Map<number, string>(Object.entries(FrameKind).map(([name, kind]) => [kind, name]))

function frameOf(bytes: Uint8Array): Frame {
  const decoded = decodeFrame(bytes)
  if (!decoded.ok) throw new Error(decoded.reason)
  return decoded.frame
}

/** One frame as a line: kind, id, and what is in it. */
function line({ kind, id, header, body }: Frame): string {
  const fault =
    header.length > 0 ? (JSON.parse(Buffer.from(header).toString()) as { reason?: string; hop?: string }) : {}
  const credit = kind === FrameKind.CREDIT ? String(creditOf({ body })) : ''
  const content = fault.reason
    ? `${fault.reason} ${fault.hop}`
    : credit || (body.length > 20 ? `${body.length} bytes` : Buffer.from(body).toString())
  return `${names.get(kind)} ${id} ${content}`.trim()
}

const headerOf = (frame: Frame | undefined): CallHeader =>
  JSON.parse(Buffer.from(frame?.header ?? []).toString()) as CallHeader

function fakeEnd(agentId: string, firstId: number) {
  const frames: Frame[] = []
  const room = { left: Infinity }
  let id = firstId - 2
  const end: RelayEnd = {
    peerId: () => agentId,
    nextId: () => (id += 2),
    urgent: (bytes) => void frames.push(frameOf(Uint8Array.from(bytes))),
    inOrder: (_id, bytes) => {
      room.left -= bytes.length
      if (room.left < 0) return false
      frames.push(frameOf(Uint8Array.from(bytes)))
      return true
    },
    drop: () => undefined,
    passages: new Map(),
  }
  return { end, room, frames, sent: () => frames.splice(0).map(line) }
}

const callHeader: CallHeader = {
  to: ['leaf', 'deeper'],
  via: ['root'],
  method: 'm',
  meta: { actor: 'a' },
  deadlineMs: 5_000,
}
const openHeader: OpenHeader = { to: ['leaf'], via: ['root'], method: 'm', meta: {}, windowBytes: 1_000 }

function setup(maxRelayed = 10) {
  const up = fakeEnd('root', 2)
  const down = fakeEnd('leaf', 200)
  const next = (agentId: string) => (agentId === 'leaf' ? down.end : undefined)
  const open = (kind: FrameKind, header: CallHeader | OpenHeader, id = 2, body = 'q') => {
    const frame = frameOf(encodeFrame({ kind, id, header: '{}', body: Buffer.from(body) }))
    return relayOpening({ selfId: 'region', from: up.end, next, maxRelayed, frame, header })
  }
  const fromUp = (kind: FrameKind, id: number, body = '') =>
    relayFrame(up.end, frameOf(encodeFrame({ kind, id, body: Buffer.from(body) })))
  const fromDown = (kind: FrameKind, id: number, body = '') =>
    relayFrame(down.end, frameOf(encodeFrame({ kind, id, body: Buffer.from(body) })))
  return {
    up,
    down,
    open,
    fromUp,
    fromDown,
    isEmpty: () => up.end.passages.size + down.end.passages.size === 0 && vi.getTimerCount() === 0,
  }
}

describe('a relayed call', () => {
  test('goes on without this hop in its route and with it in its way, and the answer comes back under the first id', () => {
    const { up, down, open, fromDown, isEmpty } = setup()
    expect(open(FrameKind.CALL, callHeader)).toBeNull()
    expect(headerOf(down.frames[0])).toEqual({ ...callHeader, to: ['deeper'], via: ['root', 'region'] })
    expect(down.sent()).toEqual(['CALL 200 q'])
    expect(fromDown(FrameKind.REPLY, 200, 'not json')).toBe(true)
    expect(up.sent()).toEqual(['REPLY 2 not json'])
    expect(isEmpty()).toBe(true)
    expect(fromDown(FrameKind.REPLY, 200, 'again')).toBe(false)
  })

  test('for a child of another process of this monitor: one of them names itself and takes the hop off, never both', () => {
    const asker = setup()
    asker.down.end.isReplica = true
    expect(asker.open(FrameKind.CALL, callHeader)).toBeNull()
    const between = headerOf(asker.down.frames[0])
    expect(between).toEqual({ ...callHeader, to: ['leaf', 'deeper'], via: ['root', 'region'] })

    const holder = setup()
    holder.up.end.isReplica = true
    expect(holder.open(FrameKind.CALL, between)).toBeNull()
    expect(headerOf(holder.down.frames[0])).toEqual({ ...callHeader, to: ['deeper'], via: ['root', 'region'] })
    const loop = { ...callHeader, via: ['region', 'root', 'region'] }
    expect(holder.open(FrameKind.CALL, loop, 4)).toMatchObject({ reason: 'LOOP', hop: 'region' })
  })

  test('is not handed from one process to the next and on to a third', () => {
    const { up, down, open } = setup()
    up.end.isReplica = true
    down.end.isReplica = true
    expect(open(FrameKind.CALL, { ...callHeader, via: ['region'] })).toMatchObject({ reason: 'NO_ROUTE', hop: 'leaf' })
  })

  test('is cancelled below when it is cancelled above', () => {
    const { down, open, fromUp, isEmpty } = setup()
    open(FrameKind.CALL, callHeader)
    fromUp(FrameKind.CANCEL, 2)
    expect(down.sent()).toEqual(['CALL 200 q', 'CANCEL 200'])
    expect(isEmpty()).toBe(true)
  })

  test('is answered with the hop that was lost, and cancelled when the asker is lost', () => {
    const first = setup()
    first.open(FrameKind.CALL, callHeader)
    dropPassages(first.down.end)
    expect(first.up.sent()).toEqual(['ERROR 2 LINK_LOST leaf'])
    expect(first.isEmpty()).toBe(true)

    const second = setup()
    second.open(FrameKind.CALL, callHeader)
    dropPassages(second.up.end)
    expect(second.down.sent()).toEqual(['CALL 200 q', 'CANCEL 200'])
    expect(second.isEmpty()).toBe(true)
  })

  test('is forgotten soon after its deadline, whoever keeps silent', () => {
    const { up, down, open, isEmpty } = setup()
    open(FrameKind.CALL, callHeader)
    vi.advanceTimersByTime(6_000)
    expect(up.sent()).toEqual(['ERROR 2 TIMEOUT leaf'])
    expect(down.sent()).toEqual(['CALL 200 q', 'CANCEL 200'])
    expect(isEmpty()).toBe(true)
  })

  test('takes only the frames that belong to it, each from its own side', () => {
    const { up, down, open, fromUp, fromDown } = setup()
    open(FrameKind.CALL, callHeader)
    down.sent()
    for (const kind of [FrameKind.REPLY, FrameKind.END]) fromUp(kind, 2)
    for (const kind of [FrameKind.CANCEL, FrameKind.END]) fromDown(kind, 200)
    expect([...up.sent(), ...down.sent()]).toEqual([])
    expect(up.end.passages.size).toBe(1)
  })

  test('gets an error in place of an answer that this node has no room for', () => {
    const { up, open, fromDown, isEmpty } = setup()
    open(FrameKind.CALL, callHeader)
    up.room.left = 0
    fromDown(FrameKind.REPLY, 200, 'x'.repeat(MAX_DATA_BYTES + 1))
    expect(up.sent()).toEqual(['ERROR 2 OVERLOADED leaf'])
    expect(isEmpty()).toBe(true)
  })

  test.each([
    ['to a node that is not connected', { to: ['elsewhere'] }, 'NO_ROUTE', 'elsewhere'],
    ['that came by this node before', { via: ['region', 'root'] }, 'LOOP', 'region'],
    [
      'that came by more nodes than a tree is deep',
      { via: Array.from({ length: 32 }, (_, i) => `n${i}`) },
      'LOOP',
      'region',
    ],
    ['whose header outgrows a frame', { meta: { blob: 'x'.repeat(16_300) } }, 'OVERLOADED', 'region'],
  ])('%s is refused', (_name, change, reason, hop) => {
    const { down, open, isEmpty } = setup()
    expect(open(FrameKind.CALL, { ...callHeader, ...change })).toMatchObject({ reason, hop })
    expect(down.sent()).toEqual([])
    expect(isEmpty()).toBe(true)
  })

  test('over the bound is refused', () => {
    const { open } = setup(1)
    expect(open(FrameKind.CALL, callHeader, 2)).toBeNull()
    expect(open(FrameKind.CALL, callHeader, 4)).toMatchObject({ reason: 'OVERLOADED', hop: 'region' })
  })
})

describe('a relayed stream', () => {
  test('carries data, credit and both ends under the ids of each link, and is then forgotten', () => {
    const { up, down, open, fromUp, fromDown, isEmpty } = setup()
    open(FrameKind.OPEN, openHeader)
    relayFrame(down.end, frameOf(encodeCredit(200, 500)))
    fromUp(FrameKind.DATA, 2, 'ping')
    fromDown(FrameKind.DATA, 200, 'pong')
    fromUp(FrameKind.END, 2)
    fromDown(FrameKind.DATA, 200, 'last')
    expect(isEmpty()).toBe(false)
    fromDown(FrameKind.END, 200)
    expect(up.sent()).toEqual(['CREDIT 2 500', 'DATA 2 pong', 'DATA 2 last', 'END 2'])
    expect(down.sent()).toEqual(['OPEN 200 q', 'DATA 200 ping', 'END 200'])
    expect(isEmpty()).toBe(true)
  })

  test.each([
    ['before any credit', 0, 1],
    ['beyond its credit', 100, 100 - 64 + 1],
  ])('a sender %s is stopped, and both sides are told', (_name, credit, bytes) => {
    const { up, down, open, fromUp, isEmpty } = setup()
    open(FrameKind.OPEN, openHeader)
    if (credit > 0) relayFrame(down.end, frameOf(encodeCredit(200, credit)))
    up.sent()
    down.sent()
    fromUp(FrameKind.DATA, 2, 'x'.repeat(bytes))
    expect(up.sent()).toEqual(['RESET 2 OVERRUN root'])
    expect(down.sent()).toEqual(['RESET 200 OVERRUN root'])
    expect(isEmpty()).toBe(true)
  })

  test('the asked side has the window that the opener gave, and no more', () => {
    const { up, open, fromDown } = setup()
    open(FrameKind.OPEN, openHeader)
    fromDown(FrameKind.DATA, 200, 'x'.repeat(1_000 - 64))
    fromDown(FrameKind.DATA, 200, 'x')
    expect(up.sent()).toEqual(['DATA 2 936 bytes', 'RESET 2 OVERRUN leaf'])
  })

  test('a window wider than any is not carried', () => {
    const { up, down, open, isEmpty } = setup()
    open(FrameKind.OPEN, openHeader)
    relayFrame(down.end, frameOf(encodeCredit(200, MAX_WINDOW_BYTES)))
    relayFrame(down.end, frameOf(encodeCredit(200, 1)))
    expect(up.sent()).toEqual([`CREDIT 2 ${MAX_WINDOW_BYTES}`, 'RESET 2 OVERRUN leaf'])
    expect(isEmpty()).toBe(true)
  })

  test('data after the end is an overrun', () => {
    const { up, open, fromDown } = setup()
    open(FrameKind.OPEN, openHeader)
    fromDown(FrameKind.END, 200)
    fromDown(FrameKind.DATA, 200, 'x')
    expect(up.sent()).toEqual(['END 2', 'RESET 2 OVERRUN leaf'])
  })

  test('without room on the next link it is reset, not buffered', () => {
    const { up, down, open, fromUp, isEmpty } = setup()
    open(FrameKind.OPEN, openHeader)
    relayFrame(down.end, frameOf(encodeCredit(200, 500)))
    down.room.left = 0
    fromUp(FrameKind.DATA, 2, 'x')
    expect(up.sent()).toEqual(['CREDIT 2 500', 'RESET 2 OVERLOADED leaf'])
    expect(down.sent()).toEqual(['OPEN 200 q', 'RESET 200 OVERLOADED leaf'])
    expect(isEmpty()).toBe(true)
  })

  test('a lost link resets the other side and names who was lost', () => {
    const { up, down, open, isEmpty } = setup()
    open(FrameKind.OPEN, openHeader)
    dropPassages(up.end)
    expect(down.sent()).toEqual(['OPEN 200 q', 'RESET 200 LINK_LOST root'])
    expect([isEmpty(), up.sent()]).toEqual([true, []])
  })
})
