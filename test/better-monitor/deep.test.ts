import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { MonitorHistory } from '../../src/contract/better-monitor/monitor-data.ts'
import { openDatabase } from '../../src/db/open.ts'
import { createSummaries } from '../../src/monitor/history/summaries.service.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { type HttpClient, httpClient } from '../support/http.ts'
import { quiet } from '../support/quiet-logger.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { expectBody, expectPlainError, measured } from './site.ts'

const tree = plantTree()
const generously = { CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000', CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '10000' }
let region: TreeNode
let leaf: HandLeaf
let atRoot: HttpClient
let atRegion: HttpClient
beforeAll(async () => {
  const root = await tree.monitor('root', { inside: true, env: generously })
  region = await tree.monitor('region', { inside: true, parents: [root.url], env: generously })
  leaf = await joinByHand(region, 'leaf')
  atRoot = await signedIn(root)
  atRegion = await signedIn(region)
})
afterAll(() => tree.close(), 60_000)

async function signedIn({ url }: TreeNode): Promise<HttpClient> {
  const api = httpClient(`${url}/api`)
  const body = expectBody(await api.post('/auth/login', { username: 'admin', password: 'password-of-the-tree' }))
  return api.withToken(String(body['token']))
}

/** The number that the node has at this monitor, once it is known there. */
function numberAt(api: HttpClient): Promise<number> {
  return until('the leaf is known', async () => {
    const { servers } = expectBody(await api.get('/servers?q=leaf')) as { servers: Array<{ id: number; name: string }> }
    return servers.find(({ name }) => name === 'Leaf leaf')?.id
  })
}

const windowOf = () => `?end_time=${new Date(Date.now() + 60_000).toISOString()}`

test('what a node two levels down posts to its monitor is in its history at the root', async () => {
  const below = httpClient(`${region.url}/api`).with({ 'X-Secret-Key': leaf.key() })
  expectBody(await below.post(`/servers/${await numberAt(atRegion)}/monitor`, measured))
  const id = await numberAt(atRoot)
  const history = await until('the history is there', async () => {
    const read = MonitorHistory.parse(expectBody(await atRoot.get(`/servers/${id}/monitor${windowOf()}`)))
    return read.data.length > 0 && read
  })
  expect(history.data).toMatchObject([measured])
})

test('a fortnight of a node two levels down is the same chart at the root as at its monitor, made of hours', async () => {
  const database = await openDatabase({ url: region.databaseUrl ?? '', logger: quiet, max: 2, rawMax: 2 })
  onTestFinished(() => database.close())
  const id = await numberAt(atRegion)
  const end = Math.floor(Date.now() / 60_000) * 60_000 - 3 * 60_000
  await database.sql`
    insert into reports (node_id, reported_at, report_uid, status, cpu_percent, memory_percent, disk_percent, metrics, issues, actions, metadata)
    select ${id}, ${new Date(end)}::timestamptz - make_interval(mins => i * 6), 'old-' || i, 'healthy', 1, 2, 3,
      jsonb_build_object('cpu_percent', case when i = 1234 then 97.5 else 10 + i % 7 end), '[]', '[]', '{}'
    from generate_series(1, 14 * 240) i`
  const logger = createLogger({ level: 'silent' })
  await createSummaries({ database, clock: Date.now, stopping: new AbortController().signal, logger }).look()

  const span = `?start_time=${new Date(end - 14 * 86_400_000).toISOString()}&end_time=${new Date(end).toISOString()}&limit=400`
  const read = async (api: HttpClient) =>
    MonitorHistory.parse(expectBody(await api.get(`/servers/${await numberAt(api)}/monitor${span}`)))
  const far = await read(atRoot)
  expect(far).toEqual(await read(atRegion))
  expect(far.resolution).toBe(3_600)
  expect(far.data.length).toBeGreaterThan(14 * 24 - 2)
  const peaks = far.data.filter((point) => point.cpu_usage_max === 97.5)
  expect(peaks).toHaveLength(1)
  expect(peaks[0]).toMatchObject({ cpu_usage_min: 10, memory_used: null })
})

test('a history whose monitor is cut off is 503 and names where the way ends', async () => {
  const id = await numberAt(atRoot)
  await region.stop()
  const answer = await atRoot.get(`/servers/${id}/monitor${windowOf()}`)
  expect(expectPlainError(answer, 503, 'SERVER_OFFLINE')).toContain('region')
  expectBody(await atRoot.get(`/servers/${id}`))
})
