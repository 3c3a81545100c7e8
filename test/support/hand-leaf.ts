import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { IssueReport, Report } from '../../src/contract/reports.ts'
import { RegistrationReceipt } from '../../src/contract/cluster.ts'
import { expectData, type HttpAnswer, httpClient } from './http.ts'

const figures = {
  cpu_percent: 12,
  memory_percent: 34,
  disk_percent: 56,
  load_average: [0.1, 0.2, 0.3],
  uptime_seconds: 100,
}

/** A leaf whose every word the test chooses: it has a key and says only what it is told to. */
export interface HandLeaf {
  id: string
  nodeUid: string
  report(
    issues?: Array<Pick<IssueReport, 'level' | 'type' | 'subject'> & Partial<Pick<IssueReport, 'description'>>>,
    extra?: Partial<z.input<typeof Report>>,
  ): Promise<HttpAnswer>
  heartbeat(): Promise<HttpAnswer>
  /** Sends a heartbeat over and over until `quiet` is called; what fails is not repeated. */
  beat(intervalMs: number): void
  quiet(): void
  /** Registers at another monitor, which is its parent from now on. */
  moveTo(monitor: { url: string; token: string }): Promise<HttpAnswer>
  key(): string
}

/** What a leaf says of itself when it registers. */
export function introduction(id: string, token: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { agent_id: id, name: `Leaf ${id}`, registration_token: token, role: 'probe', version: '1.0.0', ...more }
}

/** Registers at `monitor` under that id, saying `more` of itself. */
export async function joinByHand(
  monitor: { url: string; token: string },
  id: string,
  more: Record<string, unknown> = {},
): Promise<HandLeaf> {
  const nodeUid = randomUUID()
  let generation = 1
  let timer: NodeJS.Timeout | undefined
  let api = httpClient(`${monitor.url}/api/v1`)
  let key = ''

  async function register(at: { url: string; token: string }): Promise<HttpAnswer> {
    const answer = await httpClient(`${at.url}/api/v1`).post(
      '/cluster/register',
      introduction(id, at.token, { ...more, node_uid: nodeUid, generation }),
    )
    if (answer.status !== 200) return answer
    key = RegistrationReceipt.parse(expectData(answer)).api_key
    api = httpClient(`${at.url}/api/v1`, { 'X-API-Key': key })
    return answer
  }
  expectData(await register(monitor))
  const heartbeat = () =>
    api.post('/heartbeat', { agent_id: id, timestamp: new Date().toISOString(), status: 'healthy' })

  return {
    id,
    nodeUid,
    report(issues = [], extra = {}) {
      const at = new Date().toISOString()
      const worst = issues.some(({ level }) => level === 'L3') ? 'critical' : issues.length > 0 ? 'warning' : 'healthy'
      return api.post('/reports', {
        agent_id: id,
        timestamp: at,
        status: worst,
        metrics: figures,
        issues: issues.map((issue) => ({
          description: `${issue.type} on ${id}`,
          severity: 'high',
          details: {},
          ...issue,
        })),
        metadata: { issues_complete: true },
        report_uid: randomUUID(),
        ...extra,
      })
    },
    heartbeat,
    beat(intervalMs) {
      clearInterval(timer)
      timer = setInterval(() => void heartbeat().catch(() => undefined), intervalMs)
    },
    quiet: () => clearInterval(timer),
    moveTo(other) {
      generation += 1
      return register(other)
    },
    key: () => key,
  }
}
