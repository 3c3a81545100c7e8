import type { Server, ServerResponse } from 'node:http'
import { Server as TcpServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type ServerType, serve } from '@hono/node-server'
import type { Hono } from 'hono'
import { WebSocketServer } from 'ws'
import type { ApiEnv } from '../api/http/api-env.ts'
import { answerRefusedUpgrades } from '../api/sockets/refused-upgrades.ts'
import { agreedProtocol } from '../api/sockets/socket-credential.ts'
import { within } from '../lib/within.ts'
import { socketOptions } from '../tree/link/socket-transport.ts'

export interface HttpServer {
  port: number
  /** Takes no more connections. Those that are open still get their answers, each with the word that it is the last. */
  takeNoMore(): void
  /** After `takeNoMore`: resolves when nobody waits for an answer any more, at the latest after `graceMs`. */
  drained(): Promise<void>
  /** Takes no more, drains, and ends what is still open, sockets too. */
  stop(): Promise<void>
}

const graceMs = 1_500
/** So long a connection that is kept open may bring one more request: a balancer sends it before it has seen the end. */
const lingerMs = 250
const lookMs = 20
/** So long a socket may take to close after it was told to. */
const closingMs = 1_000
/** A slow sender may not hold a connection for ever. */
const serverOptions = {
  requestTimeout: 120_000,
  headersTimeout: 15_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 32_768,
}

/** Listens with the app of a node. Rejects when the address cannot be used, saying what to do. */
export async function listen(
  app: Pick<Hono<ApiEnv>, 'fetch'>,
  address: { host: string; port: number },
): Promise<HttpServer> {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: agreedProtocol, ...socketOptions })
  const listening = await new Promise<ServerType>((resolve, reject) => {
    const started = serve(
      {
        fetch: answerRefusedUpgrades(app.fetch),
        hostname: address.host,
        port: address.port,
        serverOptions,
        websocket: { server: sockets },
      },
      () => resolve(started),
    )
    started.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, address)))
  })
  // It is one of HTTP/1: no other was asked for.
  const server = listening as Server
  const answers = new Set<ServerResponse>()
  let closed: Promise<void> | null = null
  let closingSinceMs = Infinity

  server.prependListener('request', (_request: unknown, answer: ServerResponse) => {
    answers.add(answer)
    answer.once('close', () => answers.delete(answer))
    if (closed) answer.shouldKeepAlive = false
  })

  function takeNoMore(): Promise<void> {
    closingSinceMs = Math.min(closingSinceMs, performance.now())
    // Not the one of HTTP: it ends idle connections at once, one of which may just be bringing a request.
    closed ??= new Promise((resolve) => TcpServer.prototype.close.call(server, () => resolve()))
    for (const answer of answers) if (!answer.headersSent) answer.shouldKeepAlive = false
    return closed
  }

  async function drained(): Promise<void> {
    for (;;) {
      const waitedMs = performance.now() - closingSinceMs
      if (waitedMs >= graceMs || (await connectionsOf(server)) === sockets.clients.size) return
      if (waitedMs >= lingerMs && answers.size === 0) return
      await delay(lookMs)
    }
  }

  return {
    port: (server.address() as AddressInfo).port,
    takeNoMore: () => void takeNoMore(),
    drained,
    async stop() {
      const ended = takeNoMore()
      await drained()
      server.closeAllConnections()
      // Who was told to leave answers that; who was not, or does not, is cut off.
      await within(ended, closingMs)
      for (const socket of sockets.clients) socket.terminate()
      await ended
    },
  }
}

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count))))

function cannotListen(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  const what: Record<string, string> = {
    EADDRINUSE: 'another program listens there: stop it, or set server.port (CORTEX_PORT)',
    EACCES: 'this user may not listen there: use a port above 1023, or run as a user who may',
    EADDRNOTAVAIL: 'this host has no such address: set server.host (CORTEX_HOST)',
  }
  return new Error(`cannot listen on ${host}:${port}: ${what[error.code ?? ''] ?? error.message}`, { cause: error })
}
