import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { openPty } from '../src/probe/host/terminal/pty.ts'
import { answer, startedWith, tell } from './support/child.ts'
import { timeRoundTrips, type PipeOrder, type PipeResult } from './support/pipe.ts'

/*
 * One hop of a bare pipe of WebSockets. A message down begins with how many hops it has still to go; the node where
 * that is 0 answers: an echo, or so many bytes, which a terminal writes when there is a script for it. What comes from
 * below is passed up as it is.
 */
const { parentPort, pourScript } = (await startedWith()) as { parentPort?: number; pourScript?: string }
const chunkBytes = 64 * 1024
const maxAheadBytes = 1024 * 1024

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
await new Promise((resolve) => server.once('listening', resolve))
const up =
  parentPort === undefined
    ? null
    : new WebSocket(`ws://127.0.0.1:${parentPort}`, { perMessageDeflate: false, skipUTF8Validation: true })
let below: WebSocket | null = null
let onAnswer: (bytes: Buffer) => void = () => undefined

/** Passes on, and lets the source wait while the target does not keep up. */
function pass(bytes: Buffer, from: WebSocket, to: WebSocket): void {
  to.send(bytes, () => {
    if (from.isPaused && to.bufferedAmount < maxAheadBytes) from.resume()
  })
  if (to.bufferedAmount >= maxAheadBytes) from.pause()
}

server.on('connection', (socket) => {
  below = socket
  socket.on('message', (bytes: Buffer) => (up ? pass(bytes, socket, up) : onAnswer(bytes)))
})

async function respond(bytes: Buffer, to: WebSocket): Promise<void> {
  const wanted = bytes.readUInt32BE(1)
  if (wanted === 0) to.send(bytes)
  else if (pourScript !== undefined) return pourTerminal(pourScript, wanted, to)
  for (let left = wanted; left > 0; left -= chunkBytes) {
    const chunk = Buffer.alloc(Math.min(chunkBytes, left))
    await new Promise<void>((resolve, reject) => to.send(chunk, (error) => (error ? reject(error) : resolve())))
  }
}

function pourTerminal(script: string, bytes: number, to: WebSocket): void {
  const pty = openPty({
    argv: ['/bin/sh', script, String(bytes)],
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: '/',
    cols: 80,
    rows: 24,
    ownerUid: null,
    onData(piece) {
      to.send(Buffer.from(piece), () => pty.setPaused(to.bufferedAmount >= maxAheadBytes))
    },
    onExit: () => undefined,
  })
}

up?.on('message', (bytes: Buffer) => {
  const hops = bytes.readUInt8(0)
  if (hops === 0) void respond(bytes, up)
  else {
    bytes.writeUInt8(hops - 1, 0)
    below?.send(bytes)
  }
})

function ask(hops: number, bytes: number): void {
  const question = Buffer.alloc(64)
  question.writeUInt8(hops - 1, 0)
  question.writeUInt32BE(bytes, 1)
  below?.send(question)
}

async function measure({ hops, calls, bytes }: PipeOrder): Promise<PipeResult> {
  const roundTripsMs = await timeRoundTrips(
    calls,
    () =>
      new Promise<void>((resolve) => {
        onAnswer = () => resolve()
        ask(hops, 0)
      }),
  )
  const beganAt = performance.now()
  let received = 0
  await new Promise<void>((resolve) => {
    onAnswer = (chunk) => {
      received += chunk.byteLength
      if (received >= bytes) resolve()
    }
    ask(hops, bytes)
  })
  return { roundTripsMs, pourMs: performance.now() - beganAt }
}

answer((order) => measure(order as PipeOrder))
if (up) await new Promise((resolve) => up.once('open', resolve))
tell({ port: (server.address() as AddressInfo).port })
