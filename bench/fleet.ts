import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { answer, startedWith, tell } from './support/child.ts'
import { reportParts } from './support/report.ts'
import { exchange, openWire, postText } from './support/wire.ts'

/** What a fleet of nodes is asked to do. */
export interface FleetOrder {
  /** How many of the nodes, from the first; absent: all. */
  nodes?: number
  durationMs: number
  /** Between two reports of one node; 0: each reports once, as fast as they are taken. */
  intervalMs: number
  /** How many of the reports of a second say that the health of the node has changed. */
  changesPerSecond: number
  /** This many old reports of each are delivered in batches meanwhile, as fast as they are taken. */
  backlogEach?: number
}
export interface FleetOptions {
  port: number
  senders: Array<{ agentId: string; key: string }>
}
export interface FleetResult {
  reports: number
  changes: number
  backlog: number
  refused: Record<string, number>
  /** Of live reports, from when each was due. */
  latenciesMs: number[]
}

const connections = 32
const backlogConnections = 4
const batchSize = 100
/** Between two old reports of one node. */
const backlogStepMs = 10_000
const { port, senders } = (await startedWith()) as FleetOptions
const nodes = senders.map(({ agentId, key }) => ({ key, sick: false, uid: 0, parts: reportParts(agentId) }))
type Node = (typeof nodes)[number]

function reportOf(node: Node, at: number, kind: 'live' | 'old'): string {
  const [head, tail] = node.parts
  const text = `${head}"${new Date(at).toISOString()}","report_uid":"${kind}-${process.pid}-${node.key.slice(-8)}-${node.uid++}"${tail}`
  return node.sick ? text.replace('"status":"healthy"', '"status":"warning"') : text
}

async function run(order: FleetOrder): Promise<FleetResult> {
  const { durationMs, intervalMs, changesPerSecond, backlogEach = 0 } = order
  const fleet = nodes.slice(0, order.nodes)
  const result: FleetResult = { reports: 0, changes: 0, backlog: 0, refused: {}, latenciesMs: [] }
  const total = intervalMs === 0 ? fleet.length : Math.floor((fleet.length * durationMs) / intervalMs)
  const stepMs = intervalMs / fleet.length
  const beganAt = performance.now()
  let turn = 0

  async function send(socket: Socket, request: string): Promise<boolean> {
    const status = await exchange(socket, request)
    if (status.startsWith('2')) return true
    result.refused[status] = (result.refused[status] ?? 0) + 1
    return false
  }

  async function reportInTurn(socket: Socket): Promise<void> {
    for (let mine = turn++; mine < total; mine = turn++) {
      const dueAt = beganAt + mine * stepMs
      await sleep(Math.max(0, dueAt - performance.now()))
      const node = fleet[mine % fleet.length]
      if (!node) return
      if (result.changes < ((performance.now() - beganAt) / 1000) * changesPerSecond) {
        node.sick = !node.sick
        result.changes += 1
      }
      const body = reportOf(node, Date.now(), 'live')
      const due = intervalMs === 0 ? performance.now() : dueAt
      if (!(await send(socket, postText('/api/v1/reports', node.key, body)))) continue
      result.latenciesMs.push(performance.now() - due)
      result.reports += 1
    }
  }

  const late = [...fleet.entries()].filter(() => backlogEach > 0)
  async function deliverOld(socket: Socket): Promise<void> {
    for (let next = late.shift(); next; next = late.shift()) {
      const [, node] = next
      for (let left = backlogEach; left > 0; left -= batchSize) {
        const count = Math.min(left, batchSize)
        const from = Date.now() - (left + 1) * backlogStepMs
        const old = Array.from({ length: count }, (_, at) => reportOf(node, from + at * backlogStepMs, 'old'))
        const request = postText('/api/v1/reports/batch', node.key, `{"reports":[${old.join(',')}]}`)
        if (await send(socket, request)) result.backlog += count
      }
    }
  }

  const open = (count: number) => Promise.all(Array.from({ length: count }, () => openWire(port)))
  const [live, old] = [await open(connections), await open(backlogEach > 0 ? backlogConnections : 0)]
  await Promise.all([...live.map(reportInTurn), ...old.map(deliverOld)])
  for (const socket of [...live, ...old]) socket.destroy()
  return result
}

answer((order) => run(order as FleetOrder))
tell({ ready: true })
