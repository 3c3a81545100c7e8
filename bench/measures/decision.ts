import { setTimeout as sleep } from 'node:timers/promises'
import { below, monitorOver, post, register, startCortex } from '../support/cortex.ts'
import { timeRoundTrips } from '../support/pipe.ts'
import { startProgram } from '../support/program.ts'
import { requestBody } from '../support/request.ts'
import { spreadOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { ms, ratio, type Row } from '../support/table.ts'

const hops = 3
/** In turns, so that a noisy neighbour of the machine meets both. */
const roundLength = 25
const readyTimeoutMs = 20_000

/**
 * An L2 request of a leaf through three monitors and back, decided at the root by policy, no model configured; every
 * monitor commits it on the way up and on the way down. Beside an HTTP echo through three bare servers.
 */
export async function measureDecision(scene: Scene): Promise<Row[]> {
  const count = scene.quick ? 50 : 500
  const root = await startCortex(scene, 'decision-root', monitorOver(await scene.newDatabase('decision_root')))
  const upper = await startCortex(scene, 'decision-upper', {
    ...monitorOver(await scene.newDatabase('decision_upper')),
    ...below(root),
  })
  const lower = await startCortex(scene, 'decision-lower', {
    ...monitorOver(await scene.newDatabase('decision_lower')),
    ...below(upper),
  })
  const key = await register(lower, 'decision-leaf')
  const decide = () =>
    post<Decided>(`${lower.url}/api/v1/decisions/request`, requestBody('decision-leaf'), { 'x-api-key': key })
  await untilDecidedAtTheTop(decide)

  const last = await startProgram('echo-hop')
  const middle = await startProgram('echo-hop', { nextPort: last.port })
  const first = await startProgram('echo-hop', { nextPort: middle.port })
  for (const program of [last, middle, first]) scene.onEnd(program.stop)
  const echo = async () => {
    const answer = await fetch(`http://127.0.0.1:${first.port}/`, {
      method: 'POST',
      body: JSON.stringify(requestBody('decision-leaf')),
    })
    await answer.text()
  }

  await timeRoundTrips(20, decide)
  await timeRoundTrips(20, echo)
  const times: Record<'bare' | 'ours', number[]> = { bare: [], ours: [] }
  while (times.ours.length < count) {
    times.bare.push(...(await timeRoundTrips(roundLength, echo)))
    times.ours.push(...(await timeRoundTrips(roundLength, decide)))
  }
  const [bare, ours] = [spreadOf(times.bare), spreadOf(times.ours)]
  for (const ending of [first, middle, last, lower, upper, root]) await ending.stop()
  const line = (what: string, figure: (of: typeof ours) => number): Row => ({
    what,
    ours: ms(figure(ours)),
    bare: ms(figure(bare)),
    ratio: ratio(figure(ours) / figure(bare)),
  })
  return [
    { ...line('decision over three levels, no model, p50', ({ p50 }) => p50), note: `${count}, one after the other` },
    line('  a hop, p50', ({ p50 }) => p50 / hops),
    line('  a hop, p99', ({ p99 }) => p99 / hops),
  ]
}

interface Decided {
  status: string
  authority: string | null
  path: unknown[]
}

/** The monitors need a moment to register with one another. */
async function untilDecidedAtTheTop(decide: () => Promise<Decided>): Promise<void> {
  for (const beganAt = performance.now(); ; await sleep(100)) {
    const { status, authority, path } = await decide()
    if (status === 'approved' && authority === 'decision-root' && path.length === hops) return
    if (performance.now() - beganAt > readyTimeoutMs) throw new Error(`no decision from the root: ${status}`)
  }
}
