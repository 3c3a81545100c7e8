import { hash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FleetOptions, FleetOrder, FleetResult } from '../fleet.ts'
import type { CortexNode } from './cortex.ts'
import { type Program, startProgram } from './program.ts'
import type { Scene } from './scene.ts'

/** Leaves of a monitor that are rows and keys, and a program that reports for them. */
export interface Planted {
  senders: FleetOptions['senders']
  report(order: FleetOrder): Promise<FleetResult>
  stop(): Promise<void>
}

/** Plants `count` leaves below that monitor, as registered ones; nobody has heard of them yet. */
export async function plantLeaves(
  scene: Scene,
  monitor: CortexNode,
  databaseUrl: string,
  named: { prefix: string; count: number },
): Promise<Planted> {
  const senders = await plantRows(scene, databaseUrl, named)
  const fleet: Program = await startProgram('fleet', { port: monitor.port, senders } satisfies FleetOptions)
  scene.onEnd(fleet.stop)
  return {
    senders,
    async report(order) {
      const result = (await fleet.ask(order, order.durationMs + 300_000)) as FleetResult
      if (Object.keys(result.refused).length > 0)
        throw new Error(`not every report was taken: ${JSON.stringify(result.refused)}`)
      return result
    },
    stop: fleet.stop,
  }
}

/** The same as rows and keys alone; nobody reports for them. */
export async function plantRows(
  scene: Scene,
  databaseUrl: string,
  { prefix, count }: { prefix: string; count: number },
): Promise<FleetOptions['senders']> {
  const senders = Array.from({ length: count }, (_, at) => ({
    agentId: `${prefix}-${at}`,
    key: `cortex_ak_${randomBytes(32).toString('hex')}`,
  }))
  const rows = senders.map(({ agentId, key }) => ({ agent_id: agentId, key_hash: hash('sha256', key, 'hex') }))
  const { sql } = await scene.open(databaseUrl)
  await sql.begin(async (tx) => {
    await tx`
      insert into nodes (agent_id, name, role, parent_id, path, version)
      select r.agent_id, r.agent_id, 'probe', n.id, n.path || r.agent_id, '1.0.0'
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(agent_id text), nodes n where n.is_self`
    await tx`insert into node_states (node_id) select id from nodes where agent_id like ${`${prefix}-%`}`
    await tx`
      insert into api_keys (node_id, name, key_hash)
      select n.id, 'bench', r.key_hash
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(agent_id text, key_hash text)
      join nodes n on n.agent_id = r.agent_id`
  })
  await sql`analyze nodes, node_states, api_keys`
  return senders
}

const arriveTimeoutMs = 300_000

/** Waits until the monitor of that database has so many nodes of that name, online and of that health; how long it took, in ms. */
export async function untilKnown(
  scene: Scene,
  databaseUrl: string,
  wanted: { prefix: string; count: number; health?: string },
): Promise<number> {
  const { sql } = await scene.open(databaseUrl)
  const beganAt = performance.now()
  for (; ; await sleep(50)) {
    const [found] = await sql<[{ count: number }]>`
      select count(*) as count from nodes n join node_states s on s.node_id = n.id
      where n.agent_id like ${`${wanted.prefix}-%`} and s.status = 'online'
        and (${wanted.health ?? null}::text is null or s.health_status = ${wanted.health ?? null})`
    if (found.count >= wanted.count) return performance.now() - beganAt
    if (performance.now() - beganAt > arriveTimeoutMs)
      throw new Error(`${found.count} of ${wanted.count} nodes have arrived`)
  }
}
