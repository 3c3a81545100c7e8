import { randomUUID } from 'node:crypto'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import type { SpoolingLeaf } from '../support/spooling-leaf.ts'
import { pause, repeat } from './pause.ts'
import type { Tally } from './tally.ts'
import type { Region, World } from './world.ts'

/** What the tree has to look like when all has settled. */
export interface Membership {
  /** Where each of the moving leaves stands. */
  parentOf: Map<string, string>
  /** Deleted for good. */
  gone: Set<string>
}

const stayMs = 25_000
const joinEveryMs = 15_000
const moveEveryMs = 12_000
const tryAgainMs = 500
const timeoutMs = 15_000

interface ChurnOptions {
  random: () => number
  signal: AbortSignal
  tally: Tally
  membership: Membership
}

/** Guests join a region, stay a while and are deleted; what was acknowledged to them is owed as long as they are there. */
export async function comeAndGo(world: World, { random, signal, tally, membership }: ChurnOptions): Promise<void> {
  let number = 0
  await repeat(joinEveryMs, { signal, random }, async () => {
    const region = world.regions[Math.floor(random() * world.regions.length)]
    if (!region) return
    number += 1
    const guest = await reached(() => world.joinLeaf(region, `guest-${number}`))
    if (!guest) return tally.add('join that found nobody')
    tally.add('join')
    await pause(stayMs * random(), signal)
    await leave(world, region, guest, membership)
    tally.add('leave')
  })
}

/** Deletes it at the root, however long that takes. */
async function leave(world: World, region: Region, guest: SpoolingLeaf, membership: Membership): Promise<void> {
  region.leaves.splice(region.leaves.indexOf(guest), 1)
  await guest.close()
  region.ledger.forget(guest.id)
  for (const patience = AbortSignal.timeout(180_000); ; await pause(tryAgainMs, patience)) {
    patience.throwIfAborted()
    const answer = await reached(() => world.root.api.delete(`/cluster/nodes/${guest.id}`))
    // What the root has not heard of yet, and what has been deleted, is not found alike: its own region knows.
    if (answer?.status === 404) await reached(() => region.node.api.delete(`/cluster/nodes/${guest.id}`))
    if (answer?.status === 200) break
  }
  membership.gone.add(guest.id)
}

/** A leaf that goes from region to region, reporting where it stands. */
export async function wander(world: World, id: string, options: ChurnOptions): Promise<void> {
  const { random, signal, tally, membership } = options
  const [home] = world.regions
  if (!home) throw new Error('there is no region')
  const leaf: HandLeaf = await joinByHand(home.node, id)
  membership.parentOf.set(id, home.node.id)
  await repeat(moveEveryMs, { signal, random }, async () => {
    await reached(() => leaf.report([], { report_uid: randomUUID() }))
    const region = world.regions[Math.floor(random() * world.regions.length)]
    if (!region) return
    // Whether a move was made whose answer was lost nobody knows: it is repeated until there is an answer.
    for (const patience = AbortSignal.timeout(180_000); ; await pause(tryAgainMs, patience)) {
      patience.throwIfAborted()
      if ((await reached(() => leaf.moveTo(region.node)))?.status === 200) break
    }
    tally.add('move')
    membership.parentOf.set(id, region.node.id)
  })
}

/** Null when there was no answer in time, or none that is a success. */
async function reached<T>(act: () => Promise<T>): Promise<T | null> {
  try {
    return await Promise.race([act(), pause(timeoutMs, new AbortController().signal).then(() => null)])
  } catch (error) {
    if (isExpected(error)) return null
    throw error
  }
}

/** The monitor is down, or answered that it cannot just now. */
function isExpected(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'AssertionError')
}
