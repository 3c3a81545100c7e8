import { keptState } from '../tree/kept-state.ts'
import { until } from '../support/until.ts'
import type { Membership } from './churn.ts'
import { databaseOf, type World } from './world.ts'

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
  const leaves = world.regions.flatMap((region) => region.leaves)
  for (const leaf of leaves) await leaf.arrived(arriveMs)
  let wrong: string[] = ['nobody has looked']
  const look = async () => {
    wrong = [
      ...(await world.violations({ settled: true })),
      ...(await membershipViolations(world, membership)),
      ...(await differences(world)),
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
  const monitors = [world.root, ...world.regions.map(({ node }) => node)]
  const found: string[] = []
  for (const node of monitors) {
    const { nodes } = await keptState(databaseOf(node), node.id)
    for (const { agent_id, path } of nodes as Array<{ agent_id: string; path: string[] }>) {
      if (gone.has(agent_id)) found.push(`${node.id}: ${agent_id} was deleted and is there`)
      const parent = parentOf.get(agent_id)
      if (parent !== undefined && path.at(-2) !== parent)
        found.push(`${node.id}: ${agent_id} stands below ${path.at(-2)}, not ${parent}`)
    }
  }
  return found
}

/** The root's copy of a region is what that region has. */
async function differences(world: World): Promise<string[]> {
  const found: string[] = []
  for (const { node } of world.regions) {
    const own = await keptState(databaseOf(node), node.id)
    const copy = await keptState(databaseOf(world.root), node.id)
    for (const what of ['nodes', 'openAlerts', 'decisions'] as const) {
      const [mine, theirs] = [textsOf(own[what]), textsOf(copy[what])]
      const odd = [...mine.filter((row) => !theirs.includes(row)), ...theirs.filter((row) => !mine.includes(row))]
      if (odd.length > 0) found.push(`the root has other ${what} of ${node.id}: ${odd.slice(0, 3).join(' ')}`)
    }
  }
  return found
}

const textsOf = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row))
