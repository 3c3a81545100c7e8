import type { PipeOrder, PipeResult } from '../support/pipe.ts'
import { startProgram, type Program } from '../support/program.ts'
import { medianOf, spreadOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'

const maxHops = 3

/** The link over one to three hops, every node a process, beside a chain of bare WebSockets. */
export async function measureLink(scene: Scene): Promise<Row[]> {
  const calls = scene.quick ? 300 : 3_000
  const bytes = (scene.quick ? 16 : 128) * 1024 * 1024
  const rounds = scene.quick ? 1 : 3
  const links = await chain(scene, (above, index) =>
    startProgram('link-hop', {
      id: `hop-${index}`,
      ...(above ? { parentUrl: `http://127.0.0.1:${above.port}` } : {}),
    }),
  )
  const pipes = await chain(scene, (above) => startProgram('pipe-hop', above ? { parentPort: above.port } : {}))
  const rows: Row[] = []
  for (let hops = 1; hops <= maxHops; hops++) {
    const order: PipeOrder = { hops, calls, bytes }
    await ask(links, { ...order, calls: 100, bytes: 1024 * 1024 })
    await ask(pipes, { ...order, calls: 100, bytes: 1024 * 1024 })
    const pairs: Array<{ ours: PipeResult; bare: PipeResult }> = []
    for (let round = 0; round < rounds; round++) {
      pairs.push({ bare: await ask(pipes, order), ours: await ask(links, order) })
    }
    const trip = (side: 'ours' | 'bare') => medianOf(pairs.map((pair) => spreadOf(pair[side].roundTripsMs).p50))
    const rate = (side: 'ours' | 'bare') =>
      medianOf(pairs.map((pair) => bytes / 1_048_576 / (pair[side].pourMs / 1000)))
    const named = hops === 1 ? '1 hop' : `${hops} hops`
    rows.push(
      {
        what: `link, a question over ${named}, p50`,
        ours: ms(trip('ours')),
        bare: ms(trip('bare')),
        ratio: ratio(trip('ours') / trip('bare')),
      },
      {
        what: `link, a stream over ${named}`,
        ours: `${digits(rate('ours'))} MB/s`,
        bare: `${digits(rate('bare'))} MB/s`,
        ratio: ratio(rate('ours') / rate('bare')),
      },
    )
  }
  for (const program of [...links, ...pipes]) await program.stop()
  return rows
}

/** Starts one program below the other. */
async function chain(
  scene: Scene,
  start: (above: Program | undefined, index: number) => Promise<Program>,
): Promise<Program[]> {
  const programs: Program[] = []
  for (let index = 0; index <= maxHops; index++) {
    const program = await start(programs.at(-1), index)
    scene.onEnd(program.stop)
    programs.push(program)
  }
  return programs
}

async function ask([top]: Program[], order: PipeOrder): Promise<PipeResult> {
  if (!top) throw new Error('a chain has a top')
  return (await top.ask(order)) as PipeResult
}
