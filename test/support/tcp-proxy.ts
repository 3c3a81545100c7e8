import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { requestSplitter } from './http-requests.ts'

/** What the network between two nodes does with what is sent. */
type Mode =
  | { kind: 'open'; delayMs: number }
  /** Connections are reset, new ones too. */
  | { kind: 'cut' }
  /** Connections stay and new ones are taken, but nothing arrives on the other side. */
  | { kind: 'half-open' }
  /** What the client sends arrives; what comes back is lost. */
  | { kind: 'answers-lost' }
  /** Every whole request arrives once more, over a connection of its own; that answer is lost. */
  | { kind: 'twice' }

interface Pair {
  client: Socket
  server: Socket
}

/** A stretch of network between a node and its parent that a test can break and mend. */
export interface TcpProxy {
  /** What the child uses as its parent's address. */
  url: string
  /** Resets every connection, and every new one. */
  cut(): void
  /** Resets every connection, and stops to listen: new ones are refused. */
  refuse(): Promise<void>
  /** Swallows everything from now on, in both directions; new connections are accepted. */
  halfOpen(): void
  /** Requests arrive, their answers do not. */
  loseAnswers(): void
  /** Every HTTP request arrives, and once more over another connection. WebSockets go on as they are. */
  twice(): void
  /** Every piece is under way for so long; the order stays. */
  delay(delayMs: number): void
  /** Works again; connections that lost something are reset. */
  heal(): Promise<void>
  /** Bytes that have arrived at the parent so far. */
  bytesUp(): number
  /** Requests that arrived a second time so far. */
  repeated(): number
  close(): Promise<void>
}

/** A receiver that takes nothing makes the sender wait beyond so much. */
const maxHeldBytes = 4 * 1024 * 1024
/** A repeated request whose answer does not come is given up. */
const repeatTimeoutMs = 10_000

/** Listens on a free port of the loopback and passes on to `target`, an http address. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port: targetPort } = new URL(target)
  const pairs = new Set<Pair>()
  const repeats = new Set<Socket>()
  let mode: Mode = { kind: 'open', delayMs: 0 }
  let bytesUp = 0
  let repeated = 0

  function drop(pair: Pair): void {
    pairs.delete(pair)
    pair.client.destroy()
    pair.server.destroy()
  }
  function dropAll(): void {
    for (const pair of pairs) drop(pair)
    for (const socket of repeats) socket.destroy()
  }

  /** Sends it as it was, over a connection of its own, and hears the answer to its end. */
  function repeat(request: Buffer): void {
    const socket = connect(Number(targetPort), hostname)
    repeats.add(socket)
    socket.setTimeout(repeatTimeoutMs, () => socket.destroy())
    // What went wrong shows as 'close'.
    socket.on('error', () => undefined)
    socket.once('close', () => repeats.delete(socket))
    socket.once('data', () => {
      repeated += 1
      socket.end()
    })
    socket.resume()
    socket.write(request)
  }

  function pass(from: Socket, to: Socket, upwards: boolean): void {
    const split = requestSplitter()
    let lastDueMs = 0
    function deliver(piece: Buffer): void {
      if (to.destroyed) return
      if (upwards) bytesUp += piece.length
      to.write(piece)
      if (to.writableLength > maxHeldBytes && !from.isPaused()) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    }
    from.on('data', (piece: Buffer) => {
      const requests = upwards ? split(piece) : []
      if (mode.kind === 'half-open' || mode.kind === 'cut' || (mode.kind === 'answers-lost' && !upwards)) return
      if (mode.kind === 'twice') for (const request of requests) repeat(request)
      const nowMs = performance.now()
      // What was sent later never arrives before what is still under way.
      lastDueMs = Math.max(lastDueMs, nowMs + (mode.kind === 'open' ? mode.delayMs : 0))
      if (lastDueMs <= nowMs) deliver(piece)
      else setTimeout(deliver, lastDueMs - nowMs, piece)
    })
  }

  function accept(client: Socket): void {
    if (mode.kind === 'cut') {
      client.destroy()
      return
    }
    const pair: Pair = { client, server: connect(Number(targetPort), hostname) }
    pairs.add(pair)
    pass(pair.client, pair.server, true)
    pass(pair.server, pair.client, false)
    for (const socket of [pair.client, pair.server]) {
      socket.setNoDelay(true)
      // What went wrong shows as 'close', which ends the other side too.
      socket.on('error', () => undefined)
      socket.once('close', () => {
        if (mode.kind === 'open' || mode.kind === 'twice') drop(pair)
      })
    }
  }

  let server: Server = createServer(accept)
  const port = await listen(server, 0)
  return {
    url: `http://127.0.0.1:${port}`,
    cut() {
      mode = { kind: 'cut' }
      dropAll()
    },
    async refuse() {
      mode = { kind: 'cut' }
      dropAll()
      await closeServer(server)
    },
    halfOpen() {
      mode = { kind: 'half-open' }
    },
    loseAnswers() {
      mode = { kind: 'answers-lost' }
    },
    twice() {
      mode = { kind: 'twice' }
    },
    delay(delayMs) {
      mode = { kind: 'open', delayMs }
    },
    async heal() {
      if (mode.kind !== 'open' && mode.kind !== 'twice') dropAll()
      mode = { kind: 'open', delayMs: 0 }
      if (!server.listening) {
        server = createServer(accept)
        await listen(server, port)
      }
    },
    bytesUp: () => bytesUp,
    repeated: () => repeated,
    async close() {
      mode = { kind: 'cut' }
      dropAll()
      await closeServer(server)
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

async function closeServer(server: Server): Promise<void> {
  if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()))
}
