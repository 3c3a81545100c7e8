import { repeat } from './pause.ts'
import type { World } from './world.ts'

const maxFaultsOfALeaf = 2
const rejectEvery = 3
/** Hosts ask about what is broken: that is not more and more while nobody has time to answer. */
const maxOpenQuestions = 30

/**
 * Faults begin and end on the leaves, and repairs are asked for, until `signal` is aborted. Resolves when every question
 * has its answer.
 */
export async function stir(
  world: World,
  { random, signal, everyMs }: { random: () => number; signal: AbortSignal; everyMs: number },
): Promise<void> {
  const asked = new Set<Promise<unknown>>()
  let stirred = 0
  await repeat(everyMs, { signal, random }, async () => {
    const leaves = world.regions.flatMap((region) => region.leaves)
    const leaf = leaves[Math.floor(random() * leaves.length)]
    if (!leaf) return
    stirred += 1
    leaf.begin(`s-${stirred}`)
    const [oldest, ...others] = leaf.faults()
    if (oldest !== undefined && others.length >= maxFaultsOfALeaf) leaf.end(oldest)
    if (asked.size >= maxOpenQuestions) return
    const asking = leaf.ask(stirred % rejectEvery === 0 ? 'reject' : 'approve').finally(() => asked.delete(asking))
    asked.add(asking)
  })
  await Promise.all(asked)
}
