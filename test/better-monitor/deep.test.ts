import { afterAll, beforeAll, expect, test } from 'vitest'
import { MonitorHistory } from '../../src/contract/better-monitor/monitor-data.ts'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { type HttpClient, httpClient } from '../support/http.ts'
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

test('a history whose monitor is cut off is 503 and names where the way ends', async () => {
  const id = await numberAt(atRoot)
  await region.stop()
  const answer = await atRoot.get(`/servers/${id}/monitor${windowOf()}`)
  expect(expectPlainError(answer, 503, 'SERVER_OFFLINE')).toContain('region')
  expectBody(await atRoot.get(`/servers/${id}`))
})
