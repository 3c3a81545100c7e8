import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { seededRandom } from '../faults/schedule.ts'
import { comeAndGo, type Membership, wander } from './churn.ts'
import { judge } from './flatness.ts'
import { createWatch, restart, settle } from './invariants.ts'
import { listen } from './listeners.ts'
import { operate } from './operators.ts'
import { repeat } from './pause.ts'
import { isClean, reportText } from './report.ts'
import { createSampler } from './sampling.ts'
import { stir } from './stir.ts'
import { createTally } from './tally.ts'
import { makeWeather } from './weather.ts'
import { startWorld, type World } from './world.ts'

/*
 * npm run soak -- --minutes 30 [--seed 7] [--report soak.txt]
 * Exit code 1 when an invariant was broken or something grows.
 */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string' }, report: { type: 'string' } },
})
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new Error('--minutes takes a number above 0')
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const reportFile = values.report ?? join(tmpdir(), `cortex-soak-${seed}.txt`)
const [stirMs, lookMs, sampleMs, countMs, progressMs] = [1_500, 10_000, 2_000, 10_000, 30_000]
/** Nothing is killed in the last part, so that what grows shows as a slope. */
const killedShare = 0.45
const eventSockets = 4
/** What a node that ended by itself had to say. */
const [lastLines, maxLastChars] = [5, 1_500]

/** One run of that tree; the text of its report, and whether it was clean. */
async function soak(
  world: World,
  wanderer: HandLeaf,
  stopped: AbortSignal,
): Promise<{ text: string; isClean: boolean }> {
  const beganMs = performance.now()
  const runMs = minutes * 60_000
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(runMs)])
  const passedMs = () => performance.now() - beganMs
  const [weather, churn, operators, listeners] = [createTally(), createTally(), createTally(), createTally()]
  const membership: Membership = { parentOf: new Map(), gone: new Set() }
  const violations = new Set<string>()
  const looks = { done: 0, withoutDatabase: 0 }
  const sampler = createSampler(world, passedMs, (node) =>
    violation(`${node.id} has ended by itself: ${node.log().slice(-lastLines).join(' ').slice(-maxLastChars)}`),
  )
  const watch = createWatch(world)

  function violation(what: string): void {
    if (violations.has(what)) return
    violations.add(what)
    console.error(`soak: VIOLATION after ${Math.round(passedMs() / 1000)} s: ${what}`)
  }
  async function tellProgress(): Promise<void> {
    console.error(`soak: ${Math.round(passedMs() / 1000)} s, ${violations.size} violations`)
  }
  async function look(): Promise<void> {
    const found = await watch.look()
    if (found === null) looks.withoutDatabase += 1
    else looks.done += 1
    found?.forEach(violation)
  }
  async function count(): Promise<void> {
    try {
      await sampler.count()
    } catch (error) {
      // A database that is killed just then is counted the next time.
      if (!(error instanceof Error)) throw error
      looks.withoutDatabase += 1
    }
  }

  /** What fails in the soak itself is told like all else, and ends no run without its report. */
  async function part(name: string, work: Promise<unknown>): Promise<void> {
    try {
      await work
    } catch (error) {
      violation(`${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
  }

  let seeds = seed
  const own = () => ({ random: seededRandom(seeds++), signal })
  const asked = part('stirring', stir(world, { ...own(), everyMs: stirMs }))
  await Promise.all([
    part('weather', makeWeather(world, { ...own(), tally: weather, mayKill: () => passedMs() < runMs * killedShare })),
    part('joining and leaving', comeAndGo(world, { ...own(), tally: churn, membership, violation })),
    part('wandering', wander(world, wanderer, { ...own(), tally: churn, membership, violation })),
    part('operators', operate(world, { ...own(), tally: operators, violation })),
    ...Array.from({ length: eventSockets }, () =>
      part('sockets', listen(world, { signal, tally: listeners, violation })),
    ),
    part('looking', repeat(lookMs, own(), look)),
    part('counting', repeat(countMs, own(), count)),
    part(
      'sampling',
      repeat(sampleMs, own(), async () => sampler.look()),
    ),
    part('progress', repeat(progressMs, own(), tellProgress)),
  ])
  const tookMinutes = passedMs() / 60_000
  console.error('soak: settling')
  await asked
  await part(
    'settling',
    settle(world, membership).then((wrong) => wrong.forEach((each) => violation(`when all had settled: ${each}`))),
  )
  await part(
    'restarting',
    restart(world, membership).then((wrong) => wrong.forEach((each) => violation(`after a restart: ${each}`))),
  )

  const outcome = {
    seed,
    minutes: tookMinutes,
    weather,
    churn,
    operators,
    listeners,
    ledgers: world.regions.map(({ ledger }) => ledger.size()),
    looks,
    violations: [...violations],
    judgements: judge(sampler.series(), runMs / 2),
  }
  return { text: reportText(outcome), isClean: isClean(outcome) }
}

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
console.error(`soak: starting the tree, --seed ${seed}`)
const world = await startWorld()
try {
  const { text, isClean: clean } = await soak(world, await joinByHand(world.root, 'wanderer'), stopping.signal)
  console.log(text)
  writeFileSync(reportFile, `${text}\n`)
  console.error(`soak: the report is in ${reportFile}`)
  process.exitCode = clean ? 0 : 1
} finally {
  await world.close()
}
