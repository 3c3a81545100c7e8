import { answer, startedWith, tell } from './support/child.ts'
import { reportParts } from './support/report.ts'
import { exchange, openWire, postText } from './support/wire.ts'

/** What the load generator is asked to do: report for every sender in turn, one request at a time on each connection. */
export interface LoadOrder {
  durationMs: number
}
export interface LoadOptions {
  port: number
  connections: number
  senders: Array<{ agentId: string; key: string }>
}
export interface LoadResult {
  requests: number
  /** Answers that were not 2xx, by status. */
  refused: Record<string, number>
  durationMs: number
  latenciesMs: number[]
}

const { port, connections, senders } = (await startedWith()) as LoadOptions
const prepared = senders.map(({ agentId, key }) => {
  const [head, tail] = reportParts(agentId)
  return { key, head, tail }
})
let turn = 0
let uid = 0

function nextRequest(): string {
  const sender = prepared[turn++ % prepared.length]
  if (!sender) throw new Error('nobody to report for')
  const body = `${sender.head}"${new Date().toISOString()}","report_uid":"bench-${process.pid}-${uid++}"${sender.tail}`
  return postText('/api/v1/reports', sender.key, body)
}

async function run({ durationMs }: LoadOrder): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => openWire(port)))
  const latenciesMs: number[] = []
  const refused: Record<string, number> = {}
  const beganAt = performance.now()
  await Promise.all(
    sockets.map(async (socket) => {
      for (let now = performance.now(); now - beganAt < durationMs;) {
        const status = await exchange(socket, nextRequest())
        const then = performance.now()
        if (status.startsWith('2')) latenciesMs.push(then - now)
        else refused[status] = (refused[status] ?? 0) + 1
        now = then
      }
      socket.destroy()
    }),
  )
  return { requests: latenciesMs.length, refused, durationMs: performance.now() - beganAt, latenciesMs }
}

answer((order) => run(order as LoadOrder))
tell({ ready: true })
