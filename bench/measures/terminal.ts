import { startHostTree, writeScript } from '../support/host-tree.ts'
import { watchMemory } from '../support/peaks.ts'
import { timeRoundTrips, type PipeOrder, type PipeResult } from '../support/pipe.ts'
import { startProgram, type Program } from '../support/program.ts'
import { medianOf, spreadOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'
import { keystroke, openTerminal, pour } from '../support/terminal.ts'

const hops = 3
const line = 'The quick brown fox jumps over the lazy dog, 0123456789 times.'
const echoScript = 'stty raw -echo; echo ready; exec cat\n'
/** With an argument it writes so much and ends, else as much as each line of its input says. */
const pourScript = `stty raw -echo
pour() { yes '${line}' | head -c "$1"; }
[ -n "$1" ] && { pour "$1"; sleep 1; exit; }
echo ready
while read -r bytes; do pour "$bytes"; done
`

/**
 * Terminals at the root to hosts no, one and three links away: what a keystroke's way costs a hop, how fast output
 * comes, what that holds in memory on the way, and how long somebody else's keystroke takes meanwhile. Bare: WebSockets
 * that pass on what a terminal writes.
 */
export async function measureTerminal(scene: Scene, nodeArguments: readonly string[] = []): Promise<Row[]> {
  const keys = scene.quick ? 200 : 2_000
  const bytes = (scene.quick ? 20 : 100) * 1_000_000
  const rounds = scene.quick ? 1 : 3
  const tree = await startHostTree(scene, 'terminal', nodeArguments)
  const echoing = writeScript(tree.files, 'echo.sh', echoScript)
  const pouring = writeScript(tree.files, 'pour.sh', pourScript)
  const pipes = await bareChain(scene, pouring)
  const bare = async (over: number, calls: number, size: number) =>
    (await pipes[0]?.ask({ hops: over, calls, bytes: size } satisfies PipeOrder)) as PipeResult

  const alone = await startProgram('terminal-alone', { pourScript: pouring })
  scene.onEnd(alone.stop)

  const typist = await openTerminal(tree, tree.serverAt[3], echoing)
  const atHome = await openTerminal(tree, tree.serverAt[0], echoing)
  const nearPour = await openTerminal(tree, tree.serverAt[1], pouring)
  const deepPour = await openTerminal(tree, tree.serverAt[3], pouring)

  const type = (terminal: typeof typist, count: number) => timeRoundTrips(count, () => keystroke(terminal))
  await Promise.all([type(typist, 50), type(atHome, 50)])
  const far = spreadOf(await type(typist, keys))
  const none = spreadOf(await type(atHome, keys))
  const bareKeys = spreadOf((await bare(hops, keys, 1)).roundTripsMs)

  const rates: Record<'deep' | 'near' | 'bare' | 'alone', number[]> = { deep: [], near: [], bare: [], alone: [] }
  const rateOf = (tookMs: number) => bytes / 1_000 / tookMs
  await pour(deepPour, 2_000_000)
  await pour(nearPour, 2_000_000)
  const memory = watchMemory(tree.line)
  for (let round = 0; round < rounds; round++) {
    rates.alone.push(rateOf(((await alone.ask({ bytes })) as Pick<PipeResult, 'pourMs'>).pourMs))
    rates.bare.push(rateOf((await bare(hops, 1, bytes)).pourMs))
    rates.near.push(rateOf(await pour(nearPour, bytes)))
    rates.deep.push(rateOf(await pour(deepPour, bytes)))
  }
  const grown = memory.grown()

  let poured = false
  const meanwhile: number[] = []
  const flood = pour(deepPour, bytes).then(() => (poured = true))
  while (!poured) meanwhile.push(...(await type(typist, 1)))
  await flood
  const busy = spreadOf(meanwhile)

  for (const terminal of [typist, atHome, nearPour, deepPour]) terminal.close()
  await tree.stop()
  for (const program of [...pipes, alone]) await program.stop()
  const [deep, near, piped] = [medianOf(rates.deep), medianOf(rates.near), medianOf(rates.bare)]
  const added = (far.p50 - none.p50) / hops
  return [
    {
      what: 'terminal, a keystroke and its echo, added a hop, p50',
      ours: ms(added),
      bare: ms(bareKeys.p50 / hops),
      ratio: ratio(added / (bareKeys.p50 / hops)),
      note: `${ms(none.p50)} on the root's own host, ${ms(far.p50)} over three hops (p99 ${ms(far.p99)})`,
    },
    {
      what: `terminal, ${bytes / 1_000_000} MB of output over three hops`,
      ours: `${digits(deep)} MB/s`,
      bare: `${digits(piped)} MB/s`,
      ratio: ratio(deep / piped),
      note: `over one hop of the same code ${digits(near)} MB/s, read by node-pty and thrown away ${digits(medianOf(rates.alone))} MB/s; bare: a terminal through three WebSockets`,
    },
    {
      what: '  memory that this adds on the way, peak',
      ours: `${digits(Math.max(...grown))} MB`,
      bare: '',
      ratio: '',
      note: `root, region, region, leaf: ${grown.map((mb) => `${digits(mb)} MB`).join(', ')}`,
    },
    {
      what: "  somebody else's keystroke on the same host meanwhile, p50",
      ours: ms(busy.p50),
      bare: ms(far.p50),
      ratio: ratio(busy.p50 / far.p50),
      note: `p99 ${ms(busy.p99)} of ${busy.count}; bare: while nobody pours`,
    },
  ]
}

/** WebSockets below one another; the last one has the terminal. */
async function bareChain(scene: Scene, script: string): Promise<Program[]> {
  const programs: Program[] = []
  for (let index = 0; index <= hops; index++) {
    const above = programs.at(-1)
    const program = await startProgram('pipe-hop', {
      ...(above ? { parentPort: above.port } : {}),
      ...(index === hops ? { pourScript: script } : {}),
    })
    scene.onEnd(program.stop)
    programs.push(program)
  }
  return programs
}
