import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import type { Hono } from 'hono'
import { WebSocketServer } from 'ws'
import type { ApiEnv } from '../api/http/api-env.ts'
import { answerRefusedUpgrades } from '../api/sockets/refused-upgrades.ts'
import { agreedProtocol } from '../api/sockets/socket-credential.ts'
import { socketOptions } from '../tree/link/socket-transport.ts'

export interface HttpServer {
  port: number
  /** Takes no more connections and ends those that are open; requests under way get `graceMs`. */
  stop(): Promise<void>
}

const graceMs = 1_500
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
  const server = await new Promise<ServerType>((resolve, reject) => {
    const listening = serve(
      {
        fetch: answerRefusedUpgrades(app.fetch),
        hostname: address.host,
        port: address.port,
        serverOptions,
        websocket: { server: sockets },
      },
      () => resolve(listening),
    )
    listening.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, address)))
  })
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      if ('closeIdleConnections' in server) server.closeIdleConnections()
      const timer = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate()
        if ('closeAllConnections' in server) server.closeAllConnections()
      }, graceMs)
      await closed
      clearTimeout(timer)
    },
  }
}

function cannotListen(error: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): Error {
  const what: Record<string, string> = {
    EADDRINUSE: 'another program listens there: stop it, or set server.port (CORTEX_PORT)',
    EACCES: 'this user may not listen there: use a port above 1023, or run as a user who may',
    EADDRNOTAVAIL: 'this host has no such address: set server.host (CORTEX_HOST)',
  }
  return new Error(`cannot listen on ${host}:${port}: ${what[error.code ?? ''] ?? error.message}`, { cause: error })
}
