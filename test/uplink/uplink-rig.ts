import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Report } from '../../src/contract/reports.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createGate } from '../../src/tree/uplink/gate.ts'
import { type PostOptions, httpPost } from '../../src/tree/uplink/http-post.ts'
import { createParentClient } from '../../src/tree/uplink/parent-client.ts'
import { ParentError } from '../../src/tree/uplink/parent-error.ts'
import { type Spool, openSpool } from '../../src/tree/uplink/spool.ts'
import { createUplink } from '../../src/tree/uplink/uplink.ts'
import { startStubParent, until } from './stub-parent.ts'

const INTERVAL_MS = 10_000

/**
 * A real uplink with a real spool and a stub parent. A parent that fails is tried again at once; only what it asks for
 * itself (Retry-After) runs on the test's clock, and with `backoff: 'clock'` every back-off does. Heartbeats reach the parent
 * only with `heartbeats: true`: they share the gate, and a test of reports wants to know whose answer moved it.
 */
export async function startRig(
  options: { backoff?: 'clock'; heartbeats?: boolean; wrapSpool?: (spool: Spool) => Spool } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-sender-'))
  const time = { now: 1_800_000_000_000 }
  const clock = () => time.now
  const lines: string[] = []
  const tried: string[] = []
  const logger = createLogger({ level: 'debug', write: (line) => lines.push(line) })
  const parent = await startStubParent()
  const spool = openSpool({ path: join(folder, 'spool.db'), clock, logger })
  const watchedPost: typeof httpPost = (request) => {
    const isHeartbeat = request.url.endsWith('/heartbeat')
    if (isHeartbeat && !options.heartbeats) return unheard(request)
    if (!isHeartbeat) tried.push(request.url)
    return httpPost(request)
  }
  let made = 0
  const uplink = createUplink({
    agentId: 'leaf',
    spool: options.wrapSpool?.(spool) ?? spool,
    client: createParentClient({
      parents: () => [{ url: parent.url, apiKey: 'key-1' }],
      clock,
      logger,
      post: watchedPost,
    }),
    gate: createGate({ clock, random: () => 1, ...(options.backoff === 'clock' ? {} : { minMs: 0, maxMs: 0 }) }),
    status: () => 'healthy',
    reportIntervalMs: INTERVAL_MS,
    heartbeatIntervalMs: 3_600_000,
    newUid: () => `made-${++made}`,
    clock,
    random: () => 1,
    logger,
    batchPauseMs: 0,
  })

  function report(uid: string, level?: 'L3'): Report {
    return Report.parse({
      agent_id: 'leaf',
      timestamp: new Date(time.now).toISOString(),
      status: level ? 'critical' : 'healthy',
      metrics: { cpu_percent: 1, memory_percent: 2, disk_percent: 3, load_average: [0, 0, 0], uptime_seconds: 9 },
      issues: level ? [{ level, type: 'disk_full', description: 'full', severity: 'critical' }] : [],
      report_uid: uid,
    })
  }

  return {
    parent,
    spool,
    uplink,
    time,
    lines,
    /** Addresses in the order in which the node tried them, heartbeats left out, whether or not they arrived. */
    tried,
    report,
    /** Reports of an outage, one an interval, so that all are backlog when the next one is live. */
    outage(count: number): string[] {
      const uids = Array.from({ length: count }, (_, at) => `old-${at}`)
      for (const uid of uids) {
        uplink.report(report(uid))
        time.now += INTERVAL_MS
      }
      time.now += 2 * INTERVAL_MS
      return uids
    },
    sent: () => parent.received.filter(({ path }) => path !== '/heartbeat'),
    drained: () => until(() => spool.stats().depth === 0, 'an empty spool'),
    /** A woken lane decides within microtasks: after this, what it tried is in `tried`. */
    decided: () => new Promise((resolve) => setImmediate(resolve)),
    async close() {
      await uplink.stop({ goodbye: false })
      await parent.stop()
      spool.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type UplinkRig = Awaited<ReturnType<typeof startRig>>

/** A request that nobody answers. */
function unheard({ signal, timeoutMs }: PostOptions): Promise<never> {
  const ends = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]
  return new Promise((_resolve, reject) => {
    const givenUp = new ParentError({ kind: 'cancelled', message: 'given up' })
    AbortSignal.any(ends).addEventListener('abort', () => reject(givenUp), { once: true })
  })
}
