import { connect, type Socket } from 'node:net'
import { answer, startedWith, tell } from './support/child.ts'
import { reportParts } from './support/report.ts'

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

/*
 * Writes requests to plain sockets: an HTTP client library costs more than the server that is measured, and both share
 * the machine.
 */
const { port, connections, senders } = startedWith() as LoadOptions
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
  return `POST /api/v1/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${sender.key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.setEncoding('latin1').once('error', reject)
  })
}

/** One request and its answer; the status. */
function exchange(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (chunk: string) => {
      text += chunk
      const headEnd = text.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1])
      if (text.length < headEnd + 4 + length) return
      done()
      resolve(text.slice(9, 12))
    }
    const onClose = () => {
      done()
      reject(new Error('the server closed the connection'))
    }
    function done(): void {
      socket.off('data', onData).off('close', onClose)
    }
    socket.on('data', onData).once('close', onClose)
    socket.write(nextRequest())
  })
}

async function run({ durationMs }: LoadOrder): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: connections }, open))
  const latenciesMs: number[] = []
  const refused: Record<string, number> = {}
  const beganAt = performance.now()
  await Promise.all(
    sockets.map(async (socket) => {
      for (let now = performance.now(); now - beganAt < durationMs;) {
        const status = await exchange(socket)
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
