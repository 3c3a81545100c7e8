import { upgradeWebSocket } from '@hono/node-server'
import type { Hono } from 'hono'
import { WebSocket } from 'ws'
import { conflict } from '../../contract/errors.ts'
import type { NodeActor } from '../../monitor/auth/actor.ts'
import { admit } from '../http/admission.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { nodeOf, requireNode } from '../http/authenticate.ts'

/** Takes over the link of a child that has shown its key. */
export type AttachLink = (socket: WebSocket, child: NodeActor) => void

/** `GET /api/v1/link`: the connection that a child opens to its parent, by its key. Only direct children have one. */
export function serveLink(
  app: Hono<ApiEnv>,
  parts: { path: string; isDirectChild: (nodeId: number) => Promise<boolean>; attach: AttachLink },
): void {
  app.get(
    parts.path,
    admit(requireNode()),
    async function onlyChildren(c, next) {
      const child = nodeOf(c)
      if (!(await parts.isDirectChild(child.nodeId))) {
        throw conflict(
          `节点 ${child.agentId} 不直接隶属于本节点`,
          `node ${child.agentId} does not report straight to this monitor`,
        )
      }
      await next()
    },
    upgradeWebSocket((c) => {
      const child = nodeOf(c)
      return {
        onOpen(_event, socket) {
          if (socket.raw instanceof WebSocket) parts.attach(socket.raw, child)
        },
      }
    }),
  )
}
