import { expect, test } from 'vitest'
import { createTerminalLink, type Found, type WireListener } from './terminal-link.ts'

/** A link whose sockets, clock and node are ours. */
function rig(found: () => Found = () => ({ is: 'there' })) {
  const sockets: Array<{ again: boolean; listener: WireListener; sent: string[]; closed: boolean }> = []
  const timers: Array<{ run: () => void; delayMs: number; live: boolean }> = []
  const replays: number[] = []
  const shown: string[] = []
  let nowMs = 0
  const link = createTerminalLink({
    find: async () => found(),
    async open(again, listener) {
      const socket = { again, listener, sent: [] as string[], closed: false }
      sockets.push(socket)
      return {
        sendText: (text) => void socket.sent.push(text),
        sendBytes: (bytes) => void socket.sent.push(new TextDecoder().decode(bytes)),
        close: () => (socket.closed = true),
      }
    },
    onReplay: async (bytes) => void replays.push(bytes),
    onBytes: (bytes) => shown.push(new TextDecoder().decode(bytes)),
    clock: () => nowMs,
    random: () => 1,
    later(run, delayMs) {
      const timer = { run, delayMs, live: true }
      timers.push(timer)
      return () => (timer.live = false)
    },
  })
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
  const say = (type: string, data: object = {}) => sockets.at(-1)?.listener.text(JSON.stringify({ type, data }))
  return {
    link,
    sockets,
    timers,
    replays,
    shown,
    say,
    settled,
    hangUp: () => sockets.at(-1)?.listener.closed(),
    pass: (ms: number) => (nowMs += ms),
    async fire() {
      const timer = timers.findLast(({ live }) => live)
      if (timer) timer.live = false
      timer?.run()
      await settled()
    },
    async opened(isNew = true) {
      link.start(isNew)
      await settled()
      sockets.at(-1)?.listener.opened()
      say('scrollback', { bytes: 3, truncated: false })
      await settled()
    },
  }
}
const bytes = (text: string) => new TextEncoder().encode(text)

test('a new session is attached to without a question, told its size, and typed in', async () => {
  const r = rig(() => ({ is: 'gone' }))
  r.link.resize(100, 30)
  await r.opened()
  expect(r.link.state()).toEqual({ name: 'open' })
  expect(r.replays).toEqual([3])
  expect(r.sockets[0]).toMatchObject({ again: false, sent: ['{"type":"resize","data":{"cols":100,"rows":30}}'] })
  r.link.type(bytes('ls\r'))
  r.sockets[0]?.listener.bytes(bytes('out'))
  expect(r.sockets[0]?.sent.at(-1)).toBe('ls\r')
  expect(r.shown).toEqual(['out'])
})

test('a lost connection comes back with growing pauses, and each time asks whether the session is still there', async () => {
  const answers: Found[] = [{ is: 'away', message: 'the server is offline' }, { is: 'there' }]
  const r = rig(() => answers.shift() ?? { is: 'gone' })
  await r.opened()
  r.hangUp()
  expect(r.link.state()).toEqual({ name: 'waiting', retryAtMs: 500, message: null })
  await r.fire()
  expect(r.link.state()).toEqual({ name: 'waiting', retryAtMs: 1000, message: 'the server is offline' })
  await r.fire()
  expect(r.sockets[1]).toMatchObject({ again: true })
  r.sockets[1]?.listener.opened()
  r.say('scrollback', { bytes: 9 })
  await r.settled()
  expect(r.link.state()).toEqual({ name: 'open' })
  r.hangUp()
  await r.fire()
  expect(r.link.state()).toEqual({ name: 'gone' })
})

test.each([
  ['exit', { code: 7, signal: null }, { name: 'ended', code: 7, signal: null }],
  ['detached', { reason: 'taken_over' }, { name: 'detached', reason: 'taken_over' }],
  ['error', { code: 'NOT_FOUND', message: 'x' }, { name: 'gone' }],
  ['error', { code: 'CONFLICT', message: 'x' }, { name: 'detached', reason: 'taken_over' }],
  ['error', { code: 'FORBIDDEN', message: 'not on this host' }, { name: 'refused', message: 'not on this host' }],
])('after the last word "%s" %j it is not tried again', async (type, data, state) => {
  const r = rig()
  await r.opened()
  r.say(type, data)
  r.hangUp()
  expect(r.link.state()).toEqual(state)
  expect(r.timers.filter(({ live }) => live)).toEqual([])
})

test('an error that may pass is shown while it is tried again', async () => {
  const r = rig()
  await r.opened()
  r.say('error', { code: 'SERVER_OFFLINE', message: 'offline' })
  r.hangUp()
  expect(r.link.state()).toMatchObject({ name: 'waiting', message: 'offline' })
})

test('a connection without a word is given up, one that answers is kept', async () => {
  const r = rig()
  await r.opened()
  r.pass(30_000)
  await r.fire()
  expect(r.sockets[0]?.sent.at(-1)).toBe('{"type":"heartbeat"}')
  r.say('heartbeat')
  r.pass(30_000)
  await r.fire()
  expect(r.link.state()).toEqual({ name: 'open' })
  r.pass(30_000)
  await r.fire()
  expect(r.link.state()).toMatchObject({ name: 'waiting' })
  expect(r.sockets[0]?.closed).toBe(true)
})

test('who lets go hears nothing more, and what is typed without a connection goes nowhere', async () => {
  const r = rig()
  await r.opened()
  r.link.stop()
  r.sockets[0]?.listener.bytes(bytes('late'))
  r.sockets[0]?.listener.closed()
  r.link.type(bytes('x'))
  expect(r.shown).toEqual([])
  expect(r.sockets[0]?.sent.at(-1)).not.toBe('x')
  expect(r.timers.filter(({ live }) => live)).toEqual([])
})

test('a shell that ended before its screen was drawn is ended, not open', async () => {
  const r = rig()
  r.link.start(true)
  await r.settled()
  r.sockets[0]?.listener.opened()
  r.say('scrollback', { bytes: 3 })
  r.say('exit', { code: 1, signal: null })
  r.hangUp()
  await r.settled()
  expect(r.link.state()).toEqual({ name: 'ended', code: 1, signal: null })
})
