import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { joinByHand } from '../support/hand-leaf.ts'
import { expectData, httpClient } from '../support/http.ts'
import { adminPassword, plantTree, type Tree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { reportWithoutPause, stubbornSocket } from './load.ts'
import { type Processes, startProcesses } from './processes.ts'

let tree: Tree
let root: TreeNode
let region: Processes

beforeAll(async () => {
  tree = plantTree()
  // Longer than a crowded machine takes to hand over: what is looked for is a call of offline that has no cause.
  root = await tree.monitor('root', { inside: true, env: { CORTEX_OFFLINE_AFTER_S: '60' } })
  region = await startProcesses('region', 3, {
    CORTEX_UPSTREAM_URL: root.url,
    CORTEX_UPSTREAM_TOKEN: root.token,
    CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000',
  })
  await tree.leaf('leaf', { parents: [region.url] })
  await until('the leaf has a link', () => region.holderOf('leaf'))
}, 180_000)
afterAll(async () => {
  await tree?.close()
  await region?.close()
})

const Login = z.object({ access_token: z.string() })
const Intents = z.object({ intents: z.array(z.object({ data: z.string() })) })
const Nodes = z.object({ nodes: z.array(z.object({ agent_id: z.string(), status: z.string() })) })
const Alerts = z.object({ alerts: z.array(z.object({ type: z.string(), agent_id: z.string() })) })

/** What the root has written down of nodes that went away. */
async function offlineAtRoot(): Promise<string[]> {
  const { intents } = Intents.parse(expectData(await root.api.get('/intents?type=blocker&limit=1000')))
  return intents.map(({ data }) => data).filter((data) => data.includes('is offline'))
}

/** As a migration of a newer build leaves it: every table has gained a column. */
async function gainColumns(): Promise<number> {
  const tables = await region.sql<Array<{ name: string }>>`
    select format('%I', relname) as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`
  for (const { name } of tables) await region.sql.unsafe(`alter table ${name} add column of_a_newer_build text`)
  return tables.length
}

test(
  'the processes are replaced one by one under load, also over a schema that gained columns: nothing is lost, nobody is called offline',
  { timeout: 240_000 },
  async () => {
    const login = await httpClient(`${region.url}/api/v1`).post('/auth/login', {
      username: 'admin',
      password: adminPassword,
    })
    const { access_token } = Login.parse(expectData(login))
    const sockets = Array.from({ length: 6 }, () => stubbornSocket(region.url, access_token))
    onTestFinished(() => sockets.forEach((socket) => socket.stop()))
    const leaves = await Promise.all([0, 1, 2, 3].map((at) => joinByHand(region, `load-${at}`)))
    const loads = leaves.map(reportWithoutPause)
    const acknowledged = () => loads.flatMap((load) => load.acknowledged)

    const replaced = [...region.running]
    for (const [at, process] of replaced.entries()) {
      await until('all event sockets are open', () => sockets.every((socket) => socket.isOpen()))
      expect(await region.stop(process), process.log.slice(-12).join('\n')).toBe(0)
      const before = acknowledged().length
      await until('the others take reports', () => acknowledged().length > before + 20)
      if (at === 0) expect(await gainColumns()).toBeGreaterThan(20)
      await region.start()
    }
    await until('all event sockets are back', () => sockets.every((socket) => socket.isOpen()))
    expect(region.running.every((process) => !replaced.includes(process))).toBe(true)
    // Each was told that its process stops; none was just cut off.
    expect(new Set(sockets.flatMap(({ closed }) => closed))).toEqual(new Set([1001]))
    await until('the link of the leaf is back', async () => region.running.includes((await region.holderOf('leaf'))!))
    const before = acknowledged().length
    await until('all three take reports', () => acknowledged().length > before + 20)
    await Promise.all(loads.map((load) => load.stop()))

    const stored = await region.sql<Array<{ report_uid: string }>>`select report_uid from reports`
    const kept = new Set(stored.map((row) => row.report_uid))
    expect(acknowledged().filter((uid) => !kept.has(uid))).toEqual([])
    expect(await region.sql`select data from intents where data like '%is offline%'`).toHaveLength(0)
    expect(await region.sql`select type from alerts where type like '%offline%'`).toHaveLength(0)
    expect(await offlineAtRoot()).toEqual([])
  },
)

test('when all are stopped at once the last one tells the parent, which calls the region stopped and nobody', async () => {
  const ends = await Promise.all([...region.running].map((process) => region.stop(process)))
  expect(ends).toEqual([0, 0, 0])
  await until('the root has heard the goodbye', async () => (await offlineAtRoot()).length > 0)
  expect(await offlineAtRoot()).toEqual(['region is offline: shutdown'])
  const { nodes } = Nodes.parse(expectData(await root.api.get('/cluster/nodes')))
  expect(nodes.find(({ agent_id }) => agent_id === 'region')?.status).toBe('offline')
  const { alerts } = Alerts.parse(expectData(await root.api.get('/alerts?limit=1000')))
  expect(alerts.filter(({ agent_id }) => agent_id === 'region')).toEqual([])
})
