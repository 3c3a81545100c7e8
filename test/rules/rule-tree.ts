import postgres from 'postgres'
import { z } from 'zod'
import { type AlertRecord, AlertRecordList } from '../../src/contract/better-monitor/alert-records.ts'
import {
  type AlertSetting,
  AlertSettingAnswer,
  AlertSettingList,
} from '../../src/contract/better-monitor/alert-settings.ts'
import type { HandLeaf } from '../support/hand-leaf.ts'
import { type HttpClient, httpClient } from '../support/http.ts'
import { adminPassword, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { expectBody } from '../better-monitor/site.ts'

export const generously = {
  CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000',
  CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '10000',
  CORTEX_MONITOR_RULE_LOOK_INTERVAL_S: '0.3',
}

/** Rules and records of one monitor, as its admin sees them. */
export interface RuleDesk {
  http: HttpClient
  rules(): Promise<AlertSetting[]>
  make(body: Record<string, unknown>): Promise<AlertSetting>
  records(query?: string): Promise<AlertRecord[]>
  /** The number of that node here, once it is known. */
  numberOf(agentId: string): Promise<number>
}

export async function deskOf({ url }: Pick<TreeNode, 'url'>): Promise<RuleDesk> {
  const api = httpClient(`${url}/api`)
  const body = expectBody(await api.post('/auth/login', { username: 'admin', password: adminPassword }))
  const http = api.withToken(String(body['token']))
  const Servers = z.object({ servers: z.array(z.object({ id: z.number(), agent_id: z.string() })) })
  return {
    http,
    rules: async () => AlertSettingList.parse(expectBody(await http.get('/alerts/settings'))).settings,
    make: async (given) =>
      AlertSettingAnswer.parse(expectBody(await http.post('/alerts/settings', { duration: 0, ...given }), 201)).setting,
    records: async (query = '') =>
      AlertRecordList.parse(expectBody(await http.get(`/alerts/records?limit=1000${query}`))).records,
    numberOf: (agentId) =>
      until(`${agentId} is known`, async () => {
        const { servers } = Servers.parse(expectBody(await http.get('/servers')))
        return servers.find((server) => server.agent_id === agentId)?.id
      }),
  }
}

/** A report in which the cpu is as busy as that; `intervalS` is how often the leaf says that it reports. */
export async function busy(leaf: HandLeaf, cpu: number, intervalS = 30): Promise<void> {
  const metrics = { cpu_percent: cpu, memory_percent: 1, disk_percent: 1, load_average: [0, 0, 0], uptime_seconds: 1 }
  expectBody(await leaf.report([], { metrics, metadata: { report_interval_s: intervalS } } as never))
}

/** One statement on the database of a monitor. */
export async function statement(node: TreeNode, text: string): Promise<Array<Record<string, unknown>>> {
  const sql = postgres(node.databaseUrl ?? '', { max: 1, onnotice: () => undefined })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}
