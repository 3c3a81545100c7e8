import { isIP } from 'node:net'
import type { Hono } from 'hono'
import { forbidden } from '../contract/errors.ts'
import type { Inspection, SelfStatus } from '../contract/self.ts'
import type { ApiContext, ApiEnv } from './http/api-env.ts'
import { ok } from './http/envelope.ts'

/**
 * The door of a node without a monitor: it knows no users, so it answers only who is on the machine itself. Loads no
 * schema library.
 */
export function serveLeaf(
  app: Hono<ApiEnv>,
  parts: { status: () => SelfStatus; inspect: () => Promise<Inspection> },
): void {
  app.get('/api/v1/self', (c) => {
    demandLocal(c)
    return ok(c, parts.status())
  })
  app.post('/api/v1/self/inspect', async (c) => {
    demandLocal(c)
    return ok(c, await parts.inspect(), { zh: '巡检完成', en: 'inspected' })
  })
}

function demandLocal(c: ApiContext): void {
  const ip = c.get('clientIp')
  const local = ip === '::1' || (isIP(ip) === 4 && ip.startsWith('127.'))
  // A page in a browser on this machine is no person on this machine.
  if (!local || c.req.header('origin') !== undefined) {
    throw forbidden('只能在本机访问；请在上级监控查看', 'only reachable on this machine: look at its monitor instead')
  }
}
