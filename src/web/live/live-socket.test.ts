import { expect, test } from 'vitest'
import { createLiveSocket, type WireListener } from './live-socket.ts'

function bench(options: { catchUp?: () => Promise<void>; ticket?: () => Promise<string> } = {}) {
  let nowMs = 0
  const timers: Array<{ run: () => void; atMs: number }> = []
  const wires: Array<{ listener: WireListener; sent: string[]; closed: boolean }> = []
  const events: string[] = []
  const socket = createLiveSocket({
    ticket: options.ticket ?? (async () => 'ticket'),
    open(_ticket, listener) {
      const wire = { listener, sent: [] as string[], closed: false }
      wires.push(wire)
      return { send: (text) => void wire.sent.push(text), close: () => void (wire.closed = true) }
    },
    onEvent: (event) => void events.push(event.type),
    catchUp: options.catchUp ?? (async () => undefined),
    clock: () => nowMs,
    random: () => 1,
    later(run, delayMs) {
      const timer = { run, atMs: nowMs + delayMs }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0)
    },
  })
  const settle = () => new Promise<void>((done) => setTimeout(done))
  return {
    socket,
    wires,
    events,
    settle,
    /** Lets time pass, running what falls due. */
    async pass(ms: number) {
      nowMs += ms
      for (const timer of timers.filter(({ atMs }) => atMs <= nowMs)) {
        timers.splice(timers.indexOf(timer), 1)
        timer.run()
      }
      await settle()
    },
  }
}
const report = JSON.stringify({ type: 'report_received', data: { agent_id: 'a' }, timestamp: '' })

test('it is live only when what was missed has been read', async () => {
  let caughtUp = (): void => undefined
  const b = bench({ catchUp: () => new Promise<void>((done) => (caughtUp = done)) })
  b.socket.start()
  await b.settle()
  b.wires[0]?.listener.opened()
  expect(b.socket.state().name).toBe('catching-up')
  b.wires[0]?.listener.text(report)
  b.wires[0]?.listener.text('{"type":"pong"}')
  b.wires[0]?.listener.text('no json')
  expect(b.events).toEqual(['report_received'])
  caughtUp()
  await b.settle()
  expect(b.socket.state().name).toBe('live')
})

test('a lost connection is tried again after pauses that grow up to a bound', async () => {
  const b = bench({ ticket: () => Promise.reject(new Error('away')) })
  b.socket.start()
  await b.settle()
  const pauses: number[] = []
  let nowMs = 0
  for (let round = 0; round < 8; round += 1) {
    const state = b.socket.state()
    if (state.name !== 'waiting') throw new Error(state.name)
    pauses.push(state.retryAtMs - nowMs)
    nowMs = state.retryAtMs
    await b.pass(pauses.at(-1) ?? 0)
  }
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
})

test('who was live and is cut off knows of when the last is that was heard, until all is read again', async () => {
  const b = bench()
  expect(b.socket.behindSinceMs()).toBeNull()
  b.socket.start()
  await b.settle()
  b.wires[0]?.listener.opened()
  await b.settle()
  await b.pass(5_000)
  b.wires[0]?.listener.text(report)
  await b.pass(3_000)
  b.wires[0]?.listener.closed(1006)
  expect(b.socket.behindSinceMs()).toBe(5_000)
  await b.pass(1_000)
  expect(b.socket.behindSinceMs()).toBe(5_000)
  b.wires[1]?.listener.opened()
  await b.settle()
  expect(b.socket.state().name).toBe('live')
  expect(b.socket.behindSinceMs()).toBeNull()
})

test('an ended ticket leads to a new one at once, a slow client says that it is slow', async () => {
  const b = bench()
  b.socket.start()
  await b.settle()
  b.wires[0]?.listener.opened()
  await b.settle()
  b.wires[0]?.listener.closed(4401)
  await b.settle()
  expect(b.wires).toHaveLength(2)
  b.wires[1]?.listener.closed(4408)
  expect(b.socket.state()).toMatchObject({ name: 'waiting', reason: 'slow' })
})

test('a connection without any word is given up, though the browser believes in it', async () => {
  const b = bench()
  b.socket.start()
  await b.settle()
  b.wires[0]?.listener.opened()
  await b.settle()
  await b.pass(20_000)
  expect(b.wires[0]?.sent).toEqual(['{"type":"ping"}'])
  await b.pass(20_000)
  await b.pass(20_000)
  expect(b.wires[0]?.closed).toBe(true)
  expect(b.socket.state().name).toBe('waiting')
})

test('what a stopped socket still hears changes nothing', async () => {
  const b = bench()
  b.socket.start()
  await b.settle()
  b.wires[0]?.listener.opened()
  b.socket.stop()
  b.wires[0]?.listener.text(report)
  b.wires[0]?.listener.closed(1006)
  await b.pass(60_000)
  expect(b.socket.state().name).toBe('stopped')
  expect(b.events).toEqual([])
  expect(b.wires).toHaveLength(1)
})
