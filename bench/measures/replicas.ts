import { randomBytes } from 'node:crypto'
import type { BalancerOrder } from '../balancer.ts'
import type { CeilingOptions } from '../ceiling.ts'
import type { LoadOptions, LoadOrder, LoadResult } from '../load.ts'
import type { SurvivorOptions, SurvivorOrder, SurvivorResult } from '../survivors.ts'
import { monitorOver, startCortex } from '../support/cortex.ts'
import { plantRows } from '../support/planted.ts'
import { type Program, startProgram } from '../support/program.ts'
import { medianOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'

const senderCount = 1_000
const connections = 64
const crowd = { sockets: 60, links: 60, reporters: 32, sick: 16 }
const processes = 3

/** Servers behind one address. */
interface Side {
  balancer: Program
  servers: Array<{ port: number; pid: number }>
}
type Senders = LoadOptions['senders']

/**
 * Three processes of one monitor over one PostgreSQL, behind a bare TCP balancer: what they take beside one of them, and what a
 * `kill -9` of the one that leads costs while reports come. Bare: three ceilings, whose sockets say nothing.
 */
export async function measureReplicas(scene: Scene, nodeArguments: readonly string[] = []): Promise<Row[]> {
  const databaseUrl = await scene.newDatabase('replicas')
  const balancer = await startBalancer(scene)
  const shared = {
    ...monitorOver(databaseUrl),
    CORTEX_NODE_ID: 'replicated',
    CORTEX_REPLICAS_ENABLED: 'true',
    CORTEX_OFFLINE_AFTER_S: '600',
    CORTEX_SECRET_KEY: randomBytes(32).toString('hex'),
    CORTEX_PUBLIC_URL: `http://127.0.0.1:${balancer.port}`,
  }
  const [first, ...others] = await Promise.all(
    Array.from({ length: processes }, (_, at) => startCortex(scene, `replica-${at}`, shared, nodeArguments)),
  )
  if (!first) throw new Error('no process runs')
  const ours: Side = { balancer, servers: [first, ...others] }
  const senders = await plantRows(scene, databaseUrl, { prefix: 'node', count: senderCount })
  const linked = await plantRows(scene, databaseUrl, { prefix: 'linked', count: crowd.links })

  const bareUrl = await scene.newDatabase('bare_replicas')
  const bare: Side = { balancer: await startBalancer(scene), servers: [] }
  for (let at = 0; at < processes; at++) {
    // One after the other: each makes the table if it is not there.
    const ceiling = await startProgram('ceiling', { databaseUrl: bareUrl, keys: senders } satisfies CeilingOptions)
    scene.onEnd(ceiling.stop)
    bare.servers.push(ceiling)
  }

  const taken = await reportsTaken(scene, { ours, bare }, senders)

  const headers = { Authorization: `Bearer ${await first.login()}` }
  const reporters = senders.slice(0, crowd.reporters)
  const { sockets, sick } = crowd
  const { sql } = await scene.open(databaseUrl)
  const bareSql = (await scene.open(bareUrl)).sql
  const [leader] = await sql<Array<{ address: string }>>`
    select r.address from leadership l join replicas r on r.id = l.replica_id`
  const leads = ours.servers.find(({ port }) => leader?.address.endsWith(`:${port}`))
  if (!leads) throw new Error('nobody leads')
  const survived = {
    bare: await killOne(scene, bare, bare.servers[0]?.pid, {
      sockets,
      headers: {},
      linked: crowd.links,
      reporters,
      sick,
      knowsRepeats: false,
    }),
    ours: await killOne(scene, ours, leads.pid, { sockets, headers, linked, reporters, sick, knowsRepeats: true }),
  }
  const kept = {
    ours: await sql<Array<{ report_uid: string }>>`select report_uid from reports`,
    bare: await bareSql<Array<{ report_uid: string }>>`select report_uid from bare_reports`,
  }
  const lost = (side: 'ours' | 'bare') => {
    const stored = new Set(kept[side].map((row) => row.report_uid))
    return survived[side].acknowledged.filter((uid) => !stored.has(uid)).length
  }
  const [alerts] = await sql<[{ raised: number; nodes: number }]>`
    select count(*)::int as raised, count(distinct node_id)::int as nodes from alerts where type = 'disk_failing'`
  const last = (times: number[]) => Math.max(0, ...times)
  const backRow = (what: string, of: 'socketsBackMs' | 'linksBackMs'): Row => ({
    what: `  ${what}, the last`,
    ours: ms(last(survived.ours[of])),
    bare: ms(last(survived.bare[of])),
    ratio: ratio(last(survived.ours[of]) / last(survived.bare[of])),
    note: `${survived.ours[of].length} were lost; bare ${survived.bare[of].length}, opened again after 100 ms`,
  })
  return [
    taken.three,
    {
      what: '  kill -9 of the one that leads: acknowledged reports lost',
      ours: String(lost('ours')),
      bare: String(lost('bare')),
      ratio: '',
      note: `of ${digits(survived.ours.acknowledged.length)}, bare ${digits(survived.bare.acknowledged.length)}`,
    },
    {
      what: '  longest time without an answer to any report',
      ours: ms(survived.ours.longestPauseMs),
      bare: ms(survived.bare.longestPauseMs),
      ratio: ratio(survived.ours.longestPauseMs / survived.bare.longestPauseMs),
    },
    backRow('event sockets back', 'socketsBackMs'),
    backRow('links of children back', 'linksBackMs'),
    {
      what: '  alerts doubled',
      ours: String(alerts.raised - alerts.nodes),
      bare: '',
      ratio: '',
      note: `${alerts.nodes} nodes have a fault in every report`,
    },
  ]
}

async function startBalancer(scene: Scene): Promise<Program> {
  const balancer = await startProgram('balancer')
  scene.onEnd(balancer.stop)
  return balancer
}

async function use({ balancer, servers }: Side, count: number): Promise<void> {
  const targets = servers.slice(0, count).map(({ port }) => `http://127.0.0.1:${port}`)
  await balancer.ask({ targets } satisfies BalancerOrder)
}

/** Reports a second of one process and of three, each beside as many ceilings, in turns. Leaves all three in use. */
async function reportsTaken(
  scene: Scene,
  sides: { ours: Side; bare: Side },
  senders: Senders,
): Promise<{ three: Row }> {
  const rounds = scene.quick ? 2 : 5
  const durationMs = scene.quick ? 2_000 : 8_000
  const rates = { ours: { 1: [] as number[], 3: [] as number[] }, bare: { 1: [] as number[], 3: [] as number[] } }
  for (let round = 0; round < rounds; round++) {
    for (const count of [1, processes] as const) {
      for (const side of ['bare', 'ours'] as const) {
        await use(sides[side], count)
        const options: LoadOptions = { port: sides[side].balancer.port, connections, senders }
        const load = await startProgram('load', options)
        const order: LoadOrder = { durationMs }
        const result = (await load.ask(order, durationMs + 30_000)) as LoadResult
        await load.stop()
        if (Object.keys(result.refused).length > 0)
          throw new Error(`not every report was taken: ${JSON.stringify(result.refused)}`)
        rates[side][count === 1 ? 1 : 3].push((result.requests / result.durationMs) * 1000)
      }
    }
  }
  const [ours, bare] = [medianOf(rates.ours[3]), medianOf(rates.bare[3])]
  return {
    three: {
      what: 'three processes behind one address, reports taken',
      ours: `${digits(ours)}/s`,
      bare: `${digits(bare)}/s`,
      ratio: ratio(ours / bare),
      note: `one process ${digits(medianOf(rates.ours[1]))}/s, one bare ${digits(medianOf(rates.bare[1]))}/s`,
    },
  }
}

async function killOne(
  scene: Scene,
  { balancer }: Side,
  pid: number | undefined,
  options: Omit<SurvivorOptions, 'port'>,
): Promise<SurvivorResult> {
  if (pid === undefined) throw new Error('there is no process to kill')
  const survivors = await startProgram('survivors', { ...options, port: balancer.port } satisfies SurvivorOptions)
  scene.onEnd(survivors.stop)
  await survivors.ask({ do: 'begin' } satisfies SurvivorOrder)
  process.kill(pid, 'SIGKILL')
  const order: SurvivorOrder = { do: 'end', killedAtMs: Date.now() }
  const result = (await survivors.ask(order)) as SurvivorResult
  await survivors.stop()
  return result
}
