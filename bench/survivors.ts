import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { createLinkClient } from '../src/tree/link/link-client.ts'
import { createMethods } from '../src/tree/link/methods.ts'
import { answer, startedWith, tell } from './support/child.ts'
import { reportParts } from './support/report.ts'
import { silent } from './support/scene.ts'
import { exchange, openWire, postText } from './support/wire.ts'

/** Who is connected to several servers behind one address: event sockets, children with a link, and leaves that report. */
export interface SurvivorOptions {
  port: number
  sockets: number
  /** Headers of an event socket; the links of a bare server are such sockets too. */
  headers: Record<string, string>
  /** Null: the server knows no links; as many plain sockets stand for them. */
  linked: Sender[] | number
  /** Each reports over a connection of its own, without a pause. */
  reporters: Sender[]
  /** These have a disk that fails. */
  sick: number
  /** The server takes a report that is sent again for the same one. */
  knowsRepeats: boolean
}
interface Sender {
  agentId: string
  key: string
}
/** `begin` resolves when all are connected and reports are taken; `end` when all are connected again. */
export type SurvivorOrder = { do: 'begin' } | { do: 'end'; killedAtMs: number }
export interface SurvivorResult {
  /** How long after the kill those that had lost their connection had another one. */
  socketsBackMs: number[]
  linksBackMs: number[]
  /** `report_uid` of every report that was answered with success. */
  acknowledged: string[]
  /** The longest time in which no report was answered. */
  longestPauseMs: number
}

const { port, sockets, headers, linked, reporters, sick, knowsRepeats } = (await startedWith()) as SurvivorOptions
const againMs = 100
const backTimeoutMs = 60_000
const warmUpMs = 2_000
const coolDownMs = 1_000
const url = `http://127.0.0.1:${port}`

/** A connection that comes back by itself. */
interface Survivor {
  isOpen(): boolean
  /** When it was opened last, in unix ms. */
  openedAtMs(): number
}

function plainSocket(): Survivor {
  let isOpen = false
  let openedAtMs = 0
  function open(): void {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers })
    socket.on('open', () => {
      isOpen = true
      openedAtMs = Date.now()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      isOpen = false
      setTimeout(open, againMs)
    })
  }
  open()
  return { isOpen: () => isOpen, openedAtMs: () => openedAtMs }
}

function link({ agentId, key }: Sender): Survivor {
  const client = createLinkClient({
    selfId: agentId,
    target: () => ({ url, apiKey: key }),
    methods: createMethods(),
    logger: silent,
    clock: Date.now,
    random: Math.random,
  })
  client.start()
  return {
    isOpen: () => client.state().link === 'connected',
    openedAtMs: () => client.state().connectedSince ?? 0,
  }
}

const acknowledged: string[] = []
let longestPauseMs = 0
let answeredAtMs = 0
let stopped = false

/** A report is sent again until somebody has taken it; under its own name, where that makes it the same one. */
async function report({ agentId, key }: Sender, isSick: boolean): Promise<void> {
  const [head, tail] = reportParts(agentId)
  const issues =
    '"issues":[{"level":"L3","type":"disk_failing","description":"sda fails","severity":"high","subject":"sda"}]'
  const rest = isSick ? tail.replace('"issues":[]', issues) : tail
  let wire: Socket | null = null
  for (let count = 0; !stopped; count++) {
    const timestamp = new Date().toISOString()
    for (let tries = 0, isTaken = false; !isTaken && !stopped; tries++) {
      const uid = `${agentId}-${count}${knowsRepeats ? '' : `-${tries}`}`
      const body = `${head}"${timestamp}","report_uid":"${uid}"${rest}`
      let status = ''
      try {
        if (wire?.destroyed !== false) wire = await openWire(port)
        status = await exchange(wire, postText('/api/v1/reports', key, body))
      } catch {
        // The connection ended: whether the report was taken nobody knows.
        wire = null
      }
      if (status.startsWith('4')) throw new Error(`a report was refused: ${status}`)
      isTaken = status.startsWith('2')
      if (!isTaken) await sleep(againMs)
      else taken(uid)
    }
  }
  wire?.destroy()
}

function taken(uid: string): void {
  const now = performance.now()
  if (answeredAtMs > 0) longestPauseMs = Math.max(longestPauseMs, now - answeredAtMs)
  answeredAtMs = now
  acknowledged.push(uid)
}

let eventSockets: Survivor[] = []
let links: Survivor[] = []
let reporting: Promise<unknown> = Promise.resolve()
const untilAllOpen = async (): Promise<void> => {
  const untilMs = performance.now() + backTimeoutMs
  while (![...eventSockets, ...links].every((each) => each.isOpen())) {
    if (performance.now() > untilMs) throw new Error(`not all connections are open after ${backTimeoutMs} ms`)
    await sleep(10)
  }
}

async function begin(): Promise<object> {
  eventSockets = Array.from({ length: sockets }, plainSocket)
  links = typeof linked === 'number' ? Array.from({ length: linked }, plainSocket) : linked.map(link)
  await untilAllOpen()
  reporting = Promise.all(reporters.map((sender, at) => report(sender, at < sick)))
  await sleep(warmUpMs)
  longestPauseMs = 0
  return {}
}

async function end(killedAtMs: number): Promise<SurvivorResult> {
  // The end of a connection takes a moment to be heard of.
  await sleep(coolDownMs)
  await untilAllOpen()
  await sleep(coolDownMs)
  stopped = true
  await reporting
  const back = (all: Survivor[]) => all.map((each) => each.openedAtMs() - killedAtMs).filter((afterMs) => afterMs > 0)
  return { socketsBackMs: back(eventSockets), linksBackMs: back(links), acknowledged, longestPauseMs }
}

answer((message) => {
  const order = message as SurvivorOrder
  return order.do === 'begin' ? begin() : end(order.killedAtMs)
})
tell({ ready: true })
