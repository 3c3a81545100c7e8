import { keptState } from '../tree/kept-state.ts'
import { until } from '../support/until.ts'
import type { Membership } from './churn.ts'
import { historyViolations, overdueReports } from './history.ts'
import { startPatiently } from './start.ts'
import { processesOf, type World } from './world.ts'

const arriveMs = 180_000

/**
 * What must hold at every moment, looked at now. What is read may be older than what was acknowledged meanwhile: only what
 * is wrong at two looks in a row is wrong.
 */
export function createWatch(world: World) {
  let suspected = new Set<string>()
  return {
    /** Answers what is wrong; null when a database is away just now. */
    async look(): Promise<string[] | null> {
      let found: string[]
      try {
        found = await world.violations({ settled: false })
        for (const monitor of world.monitors) found.push(...(await historyViolations(monitor)))
      } catch {
        // That a database is away is what the tree is tested with; that it comes back is seen at the next look.
        return null
      }
      const again = found.filter((violation) => suspected.has(violation))
      suspected = new Set(found)
      return again
    },
  }
}

/** Everything that waited arrives, and all is as it must be at every level. Answers what is not, at the end. */
export async function settle(world: World, membership: Membership): Promise<string[]> {
  for (const { upper, lower } of world.regions) for (const wire of [upper, lower]) await wire.heal()
  return await settled(world, membership, async () => [])
}

/**
 * Every process is stopped in good order and started again, one after the other; then all is as it was, and what is too old
 * to be kept is gone. Answers what is not so.
 */
export async function restart(world: World, membership: Membership): Promise<string[]> {
  const found: string[] = []
  for (const { node } of processesOf(world)) {
    const code = await node.stop()
    if (code !== 0) found.push(`${node.id} ended with ${code} when it was stopped`)
    await startPatiently(node)
  }
  const overdue = async () => {
    const counts = await Promise.all(
      world.monitors.map(async (monitor) => ({ id: monitor.id, count: await overdueReports(monitor) })),
    )
    return counts.flatMap(({ id, count }) => (count > 0 ? [`${id} keeps ${count} reports that are too old`] : []))
  }
  return [...found, ...(await settled(world, membership, overdue))]
}

async function settled(world: World, membership: Membership, more: () => Promise<string[]>): Promise<string[]> {
  for (const leaf of world.regions.flatMap((region) => region.leaves)) await leaf.arrived(arriveMs)
  let wrong: string[] = ['nobody has looked']
  const look = async () => {
    wrong = [
      ...(await world.violations({ settled: true })),
      ...(await Promise.all(world.monitors.map(historyViolations))).flat(),
      ...(await membershipViolations(world, membership)),
      ...(await differences(world)),
      ...(await more()),
    ]
    return wrong.length === 0
  }
  try {
    await until('all is as it must be', look, arriveMs)
    return []
  } catch (error) {
    return wrong.length > 0 ? wrong : [error instanceof Error ? error.message : String(error)]
  }
}

async function membershipViolations(world: World, { parentOf, gone }: Membership): Promise<string[]> {
  const found: string[] = []
  for (const { id, databaseUrl } of world.monitors) {
    const { nodes } = await keptState(databaseUrl(), id)
    for (const { agent_id, path } of nodes as Array<{ agent_id: string; path: string[] }>) {
      if (gone.has(agent_id)) found.push(`${id}: ${agent_id} was deleted and is there`)
      const parent = parentOf.get(agent_id)
      if (parent !== undefined && path.at(-2) !== parent)
        found.push(`${id}: ${agent_id} stands below ${path.at(-2)}, not ${parent}`)
    }
  }
  return found
}

/** The root's copy of a region is what that region has. */
async function differences(world: World): Promise<string[]> {
  const found: string[] = []
  for (const { monitor } of world.regions) {
    const own = await keptState(monitor.databaseUrl(), monitor.id)
    const copy = await keptState(world.root.databaseUrl(), monitor.id)
    for (const what of ['nodes', 'openAlerts', 'decisions'] as const) {
      const [mine, theirs] = [textsOf(own[what]), textsOf(copy[what])]
      const odd = [...mine.filter((row) => !theirs.includes(row)), ...theirs.filter((row) => !mine.includes(row))]
      if (odd.length > 0) found.push(`the root has other ${what} of ${monitor.id}: ${odd.slice(0, 3).join(' ')}`)
    }
  }
  return found
}

const textsOf = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row))
