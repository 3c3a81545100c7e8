import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { HandLeaf } from '../support/hand-leaf.ts'
import { type HttpAnswer, httpClient, login } from '../support/http.ts'
import type { SpoolingLeaf } from '../support/spooling-leaf.ts'
import { adminPassword } from '../support/tree.ts'
import type { Monitor } from './monitors.ts'
import { pause, repeat } from './pause.ts'
import type { Tally } from './tally.ts'
import { keptDays, type Region, type World } from './world.ts'

/** What the tree has to look like when all has settled. */
export interface Membership {
  /** Where each of the moving leaves stands. */
  parentOf: Map<string, string>
  /** Deleted for good. */
  gone: Set<string>
}

/** Well before what the monitors keep. */
const longAgoMs = 3 * keptDays * 86_400_000
const stayMs = 25_000
const joinEveryMs = 15_000
const moveEveryMs = 12_000
const tryAgainMs = 500
const timeoutMs = 40_000
const patienceMs = 180_000

interface ChurnOptions {
  random: () => number
  signal: AbortSignal
  tally: Tally
  membership: Membership
  violation: (what: string) => void
}

/** Guests join a region, stay a while and are deleted; what was acknowledged to them is owed as long as they are there. */
export async function comeAndGo(
  world: World,
  { random, signal, tally, membership, violation }: ChurnOptions,
): Promise<void> {
  let number = 0
  await repeat(joinEveryMs, { signal, random }, async () => {
    const region = world.regions[Math.floor(random() * world.regions.length)]
    if (!region) return
    number += 1
    const guest = await reached(() => world.joinLeaf(region, `guest-${number}`))
    if (!guest) return tally.add('join that found nobody')
    tally.add('join')
    await pause(stayMs * random(), signal)
    const refusal = await leave(world, region, guest)
    if (refusal !== null) return violation(`${guest.id} cannot be deleted: ${refusal}`)
    membership.gone.add(guest.id)
    tally.add('leave')
  })
}

/** Deletes it at the root. Answers null, or what stood against it to the end. */
async function leave(world: World, region: Region, guest: SpoolingLeaf): Promise<string | null> {
  region.leaves.splice(region.leaves.indexOf(guest), 1)
  await guest.close()
  region.ledger.forget(guest.id)
  const path = `/cluster/nodes/${guest.id}`
  return await insist(async () => {
    const atRoot = await deleteAt(world.root, path)
    if (atRoot.status !== 404) return refusalOf(atRoot)
    // What the root has not heard of yet, and what is deleted already, is not found alike: its own region knows.
    const below = await deleteAt(region.monitor, path)
    return below.status === 404 ? null : refusalOf(below)
  })
}

/** As the admin, who signs in anew when a clock that was set has ended the token. */
async function deleteAt(monitor: Monitor, path: string): Promise<HttpAnswer> {
  const answer = await monitor.api.delete(path)
  if (answer.status !== 401) return answer
  monitor.api = await login(httpClient(`${monitor.url}/api/v1`), 'admin', adminPassword)
  return await monitor.api.delete(path)
}

/** A leaf that goes from region to region, reporting where it stands. */
export async function wander(world: World, leaf: HandLeaf, options: ChurnOptions): Promise<void> {
  const { random, signal, tally, membership, violation } = options
  await repeat(moveEveryMs, { signal, random }, async () => {
    await reached(() => leaf.report([], { report_uid: randomUUID() }))
    // From a disk that was found again: older than anything that is kept, so that it has to go.
    const timestamp = new Date(Date.now() - longAgoMs).toISOString()
    if ((await reached(() => leaf.report([], { timestamp })))?.status === 200) tally.add('report of long ago')
    const region = world.regions[Math.floor(random() * world.regions.length)]
    if (!region) return
    // Whether a move was made whose answer was lost nobody knows: it is repeated until there is an answer.
    const refusal = await insist(async () => refusalOf(await leaf.moveTo(region.monitor)))
    if (refusal !== null) return violation(`${leaf.id} cannot move to ${region.monitor.id}: ${refusal}`)
    tally.add('move')
    membership.parentOf.set(leaf.id, region.monitor.id)
  })
}

const refusalOf = ({ status, body }: HttpAnswer): string | null => (status === 200 ? null : `${status} ${codeOf(body)}`)

/** The code of an error; without its time, so that the same refusal is told once. */
function codeOf(body: unknown): string {
  const said = z.object({ error: z.object({ code: z.string() }) }).safeParse(body)
  return said.success ? said.data.error.code : JSON.stringify(body)
}

/** Tries again until `act` answers null; when that takes too long, says all that stood against it. */
async function insist(act: () => Promise<string | null>): Promise<string | null> {
  const patience = AbortSignal.timeout(patienceMs)
  const refusals = new Set<string>()
  while (!patience.aborted) {
    const answer = await reached(async () => ({ refusal: await act() }))
    if (answer?.refusal === null) return null
    refusals.add(answer?.refusal ?? 'no answer')
    await pause(tryAgainMs, patience)
  }
  return [...refusals].join('; ')
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
