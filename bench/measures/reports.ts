import type { CeilingOptions } from '../ceiling.ts'
import type { LoadOptions, LoadOrder, LoadResult } from '../load.ts'
import { monitorOver, register, startCortex } from '../support/cortex.ts'
import { startProgram, type Program } from '../support/program.ts'
import { medianOf, spreadOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'
import { usageOf } from '../support/usage.ts'

const senderCount = 1000
const connections = 64

/**
 * Reports from 1000 registered nodes over 64 connections, each answered when it is committed; in turns with the
 * ceiling, so that a noisy neighbour of the machine meets both. Ends with one long round that watches the memory.
 */
export async function measureReports(scene: Scene, nodeArguments: readonly string[] = []): Promise<Row[]> {
  const rounds = scene.quick ? 2 : 5
  const roundMs = scene.quick ? 3_000 : 8_000
  const longMs = scene.quick ? 5_000 : 60_000
  const databaseUrl = await scene.newDatabase('reports')
  const root = await startCortex(scene, 'reports-root', monitorOver(databaseUrl), nodeArguments)
  const senders: LoadOptions['senders'] = []
  for (let i = 0; i < senderCount; i++) {
    const agentId = `node-${String(i).padStart(4, '0')}`
    senders.push({ agentId, key: await register(root, agentId) })
  }
  const ceilingOptions: CeilingOptions = { databaseUrl: await scene.newDatabase('ceiling'), keys: senders }
  const ceiling = await startProgram('ceiling', ceilingOptions)
  scene.onEnd(ceiling.stop)
  const onto = (port: number) => startProgram('load', { port, connections, senders } satisfies LoadOptions)
  const [ours, bare] = [await onto(root.port), await onto(ceiling.port)]
  scene.onEnd(ours.stop)
  scene.onEnd(bare.stop)

  await run(bare, 1_500)
  let accepted = (await run(ours, 1_500)).requests
  const pairs: Array<{ bare: LoadResult; ours: LoadResult }> = []
  for (let round = 0; round < rounds; round++) {
    pairs.push({ bare: await run(bare, roundMs), ours: await run(ours, roundMs) })
  }
  const before = usageOf(root.pid)
  const long = run(ours, longMs)
  const peaks: number[] = []
  const timer = setInterval(() => peaks.push(usageOf(root.pid).rssMb), 500)
  accepted += (await long).requests
  clearInterval(timer)

  accepted += pairs.reduce((sum, pair) => sum + pair.ours.requests, 0)
  const { sql } = await scene.open(databaseUrl)
  const [stored] = await sql<[{ count: number }]>`select count(*) as count from reports`
  if (stored.count < accepted) throw new Error(`${accepted} reports were answered but ${stored.count} are stored`)
  await Promise.all([ours.stop(), bare.stop(), ceiling.stop(), root.stop()])

  const rate = (result: LoadResult) => (result.requests / result.durationMs) * 1000
  const all = (side: 'ours' | 'bare') => spreadOf(pairs.flatMap((pair) => pair[side].latenciesMs))
  const [ourTimes, bareTimes] = [all('ours'), all('bare')]
  const half = Math.floor(peaks.length / 2)
  return [
    {
      what: 'reports taken, 1000 nodes, 64 connections',
      ours: `${digits(medianOf(pairs.map((pair) => rate(pair.ours))))}/s`,
      bare: `${digits(medianOf(pairs.map((pair) => rate(pair.bare))))}/s`,
      ratio: ratio(medianOf(pairs.map((pair) => rate(pair.ours) / rate(pair.bare)))),
      note: `median of ${rounds} rounds of ${roundMs / 1000} s; ${digits(accepted)} answered, ${digits(stored.count)} stored`,
    },
    {
      what: '  time to the answer, p50',
      ours: ms(ourTimes.p50),
      bare: ms(bareTimes.p50),
      ratio: ratio(ourTimes.p50 / bareTimes.p50),
    },
    {
      what: '  time to the answer, p99',
      ours: ms(ourTimes.p99),
      bare: ms(bareTimes.p99),
      ratio: ratio(ourTimes.p99 / bareTimes.p99),
    },
    {
      what: `  resident memory over ${longMs / 1000} s of load`,
      ours: `${digits(Math.max(...peaks.slice(0, half)))} → ${digits(Math.max(...peaks.slice(half)))} MB`,
      bare: '',
      ratio: ratio(Math.max(...peaks.slice(half)) / Math.max(...peaks.slice(0, half))),
      note: `peak of the first and second half; ${digits(before.rssMb)} MB before`,
    },
  ]
}

async function run(load: Program, durationMs: number): Promise<LoadResult> {
  const result = (await load.ask({ durationMs } satisfies LoadOrder, durationMs + 30_000)) as LoadResult
  const refused = Object.entries(result.refused)
  if (refused.length > 0) throw new Error(`not every report was taken: ${JSON.stringify(result.refused)}`)
  return result
}
