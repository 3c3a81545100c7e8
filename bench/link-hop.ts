import { z } from 'zod'
import { startChild, startMonitor } from '../test/link/tree.ts'
import { answer, startedWith, tell } from './support/child.ts'
import { timeRoundTrips, type PipeOrder, type PipeResult } from './support/pipe.ts'

/** One node of a chain of links: id, and its parent unless it is the top. */
const { id, parentUrl } = (await startedWith()) as { id: string; parentUrl?: string }
const chunkBytes = 64 * 1024

const monitor = await startMonitor(id)
const up =
  parentUrl === undefined
    ? null
    : startChild(id, () => ({ url: parentUrl }), {
        next: monitor.links.next,
        onLineage: (lineage) => monitor.links.announceLineage(lineage),
      })
up?.methods.register({ name: 'echo', params: z.string(), result: z.string(), handle: (text) => text })
up?.methods.registerStream({
  name: 'pour',
  params: z.number(),
  async handle(bytes, stream) {
    for (let left = bytes; left > 0; left -= chunkBytes) await stream.write(Buffer.alloc(Math.min(chunkBytes, left)))
    await stream.end()
  },
})

/** From the top down to the `hops`-th node of the chain and back. */
async function measure({ hops, calls, bytes }: PipeOrder): Promise<PipeResult> {
  const route = Array.from({ length: hops }, (_, index) => `hop-${index + 1}`)
  const roundTripsMs = await timeRoundTrips(calls, () =>
    monitor.links.call(route, 'echo', 'a question of some length', { deadlineMs: 10_000 }),
  )
  const beganAt = performance.now()
  const stream = await monitor.links.open(route, 'pour', bytes)
  await stream.end()
  let received = 0
  for await (const chunk of stream) received += chunk.byteLength
  if (received !== bytes) throw new Error(`${received} of ${bytes} bytes arrived`)
  return { roundTripsMs, pourMs: performance.now() - beganAt }
}

answer((order) => measure(order as PipeOrder))
tell({ port: Number(new URL(monitor.url).port) })
