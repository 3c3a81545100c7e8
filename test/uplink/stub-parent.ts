import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HttpBindings, serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { z } from 'zod'

type StubContext = Context<{ Bindings: HttpBindings }>
/** Takes a request instead of the stub; undefined lets the stub answer as a good parent. */
type Behaviour = (path: string, c: StubContext) => Response | undefined | Promise<Response | undefined>

export interface Received {
  path: string
  key: string | undefined
  prefer: string | undefined
  body: unknown
}

const Uids = z.looseObject({ report_uid: z.string() })
const Batch = z.object({ reports: z.array(Uids) })

/** A small parent monitor on loopback: it commits by report_uid, remembers what it was asked, and misbehaves on demand. */
export async function startStubParent({ agentId = 'root' }: { agentId?: string } = {}) {
  const received: Received[] = []
  /** report_uids in the order in which they were committed; a repeat is not committed again. */
  const committed: string[] = []
  const rejectedUids = new Set<string>()
  let behaviour: Behaviour = () => undefined
  let keys = 0

  const good = (c: StubContext, data: unknown) =>
    c.json({ success: true, data, message: 'ok', timestamp: new Date().toISOString() })
  function commit(uid: string): 'accepted' | 'duplicate' | 'rejected' {
    if (rejectedUids.has(uid)) return 'rejected'
    if (committed.includes(uid)) return 'duplicate'
    committed.push(uid)
    return 'accepted'
  }

  const app = new Hono<{ Bindings: HttpBindings }>()
  app.post('*', async (c) => {
    const path = c.req.path.replace('/api/v1', '')
    const body: unknown = await c.req.json()
    received.push({ path, key: c.req.header('x-api-key'), prefer: c.req.header('prefer'), body })
    const before = await behaviour(path, c)
    if (before) return before
    return good(c, answer(path, body))
  })
  function answer(path: string, body: unknown): unknown {
    if (path === '/reports') {
      commit(Uids.parse(body).report_uid)
      return { report_id: committed.length, l2_decisions: [], l3_alerts_triggered: 0 }
    }
    if (path === '/reports/batch') {
      const results = Batch.parse(body).reports.map(({ report_uid }) => {
        const status = commit(report_uid)
        return {
          report_uid,
          status,
          ...(status === 'rejected' ? { error: { code: 'INVALID_REQUEST', message: 'bad' } } : {}),
        }
      })
      return { results }
    }
    if (path === '/heartbeat') return { received_at: new Date().toISOString() }
    if (path === '/cluster/register') {
      keys += 1
      const { agent_id } = z.object({ agent_id: z.string() }).parse(body)
      const registered_at = new Date().toISOString()
      return {
        agent_id,
        api_key: `${agentId}-key-${keys}`,
        upstream_monitor_url: url,
        registered_at,
        parent: agentId,
        lineage: [agentId],
      }
    }
    return {}
  }

  const server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(started as Server))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    received,
    committed,
    rejectedUids,
    paths: () => received.map(({ path }) => path),
    behave(next: Behaviour) {
      behaviour = next
    },
    behaveWell() {
      behaviour = () => undefined
    },
    /** The parent commits, but its answer is lost on the way. */
    commitThenCut: ((path, c) => {
      answer(path, received.at(-1)?.body)
      c.env.incoming.socket.destroy()
      return new Response()
    }) satisfies Behaviour,
    refuse: (
      c: StubContext,
      status: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503,
      code: string,
      headers?: Record<string, string>,
    ) =>
      c.json(
        { success: false, error: { code, message: 'refused by the stub' }, timestamp: new Date().toISOString() },
        status,
        headers,
      ),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
export type StubParent = Awaited<ReturnType<typeof startStubParent>>

/** Waits for a condition, not for a time; `timeoutMs` only bounds a failing test. */
export async function until(condition: () => boolean, what: string, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
