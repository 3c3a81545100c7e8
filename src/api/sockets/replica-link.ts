import { upgradeWebSocket } from '@hono/node-server'
import type { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { WebSocket } from 'ws'
import { unauthorized } from '../../contract/errors.ts'
import { replicaTokenHeader } from '../../tree/link/replica-links.ts'
import type { ApiContext, ApiEnv } from '../http/api-env.ts'
import { gateOf } from '../http/authenticate.ts'

/**
 * The connection that another process of this same monitor opens, by a token that only one of them can make: no key of a node and no
 * user opens it. Wrong tokens are counted by address.
 */
export function serveReplicaLink(
  app: Hono<ApiEnv>,
  parts: {
    path: string
    /** The id of the process that shows this token; null: it is none of ours. */
    knows: (token: string) => string | null
    attach: (socket: WebSocket, from: string) => void
  },
): void {
  const fromOf = (c: ApiContext) => parts.knows(c.req.header(replicaTokenHeader) ?? '')
  app.get(
    parts.path,
    createMiddleware<ApiEnv>(async function onlyProcesses(c, next) {
      if (fromOf(c) === null) return await gateOf(c).refuse(c, notOfThisMonitor())
      await next()
    }),
    upgradeWebSocket((c) => {
      const from = fromOf(c)
      return {
        onOpen(_event, socket) {
          if (from !== null && socket.raw instanceof WebSocket) parts.attach(socket.raw, from)
        },
      }
    }),
  )
}

const notOfThisMonitor = () =>
  unauthorized(
    '此连接只用于同一监控的各进程之间：请确认它们的 security.secret_key 与时钟一致',
    'This connection is for the processes of this monitor alone: give them the same security.secret_key, and clocks that agree',
  )
