import { WebSocket } from 'ws'
import { backoffMs } from '../../lib/backoff.ts'
import type { Logger } from '../../platform/logger.ts'
import { CloseCode } from './close-codes.ts'
import { createLink, type Link } from './link.ts'
import { linkUrl } from './link-url.ts'
import { needsMask, zeroMask } from './mask.ts'
import type { Methods } from './methods.ts'
import type { RelayEnd } from './relay.ts'
import { connectSocket, socketOptions, socketTransport } from './socket-transport.ts'

export const replicaTokenHeader = 'x-replica-token'

/** Another process of this same monitor. */
export interface Replica {
  /** Of its start. */
  id: string
  /** Its address, http(s). */
  address: string
}

export interface ReplicaLinksOptions {
  /** agent_id of the monitor, the same in all its processes. */
  selfId: string
  /** What the other processes may ask of this one. */
  methods: Methods
  /** The link to a child that is connected to this process. */
  nextHere: (agentId: string) => RelayEnd | undefined
  /** What this process shows that one. */
  token: (to: string) => string
  logger: Logger
  random: () => number
}

/** The links between the processes of one monitor: each dials every other one, asks over the link it dialled, and answers over the other. */
export interface ReplicaLinks {
  /** These run now: dials those that are new, and leaves those that are gone. */
  meet(others: readonly Replica[]): void
  /** Takes over the authenticated socket of another process. */
  accept(socket: WebSocket, from: string): void
  /** The link by which that process is asked; undefined while there is none. */
  linkTo(id: string): Link | undefined
  close(): void
}

interface Dialled extends Replica {
  link: Link | null
  hangUp: (reason: string) => void
  timer: NodeJS.Timeout | null
  failures: number
}

/** A process that is frozen is left alone soon: others wait for its answers. */
const heartbeat = { intervalMs: 1_500, maxMissed: 2 }
const backoff = { minMs: 100, maxMs: 2_000 }
const connectTimeoutMs = 3_000

export function createReplicaLinks(options: ReplicaLinksOptions): ReplicaLinks {
  const { selfId, methods, nextHere, token, logger, random } = options
  const dialled = new Map<string, Dialled>()
  const accepted = new Set<Link>()
  let closed = false

  const common = { selfId, peerId: selfId, isReplica: true, methods, heartbeat }

  function dial(other: Dialled): void {
    other.timer = null
    const address = linkUrl(other.address, '/api/v1/replica-link')
    const masking = needsMask(address) ? {} : { generateMask: zeroMask }
    const headers = { [replicaTokenHeader]: token(other.id) }
    const socket = new WebSocket(address, { ...socketOptions, ...masking, headers, handshakeTimeout: connectTimeoutMs })
    const ended = (reason: string): void => {
      other.link = null
      other.hangUp = () => undefined
      if (dialled.get(other.id) !== other) return
      other.failures += 1
      const { id, address, failures } = other
      logger[failures === 1 ? 'warn' : 'debug'](
        { reason, replica: id, address },
        'no link to another process of this monitor',
      )
      other.timer = setTimeout(() => dial(other), backoffMs({ attempt: other.failures, ...backoff, random }))
    }
    let lastWord = 'the connection was closed'
    const onFailed = (error: Error): void => void (lastWord = error.message)
    const onFailedClose = (): void => ended(lastWord)
    other.hangUp = () => socket.terminate()
    socket.on('error', onFailed)
    socket.once('close', onFailedClose)
    socket.once('open', () => {
      socket.off('close', onFailedClose)
      const link = createLink({
        ...common,
        role: 'child',
        transport: socketTransport(socket),
        logger: logger.child({ replica: other.id }),
        onClosed: ended,
      })
      other.link = link
      other.failures = 0
      other.hangUp = (reason) => link.close(CloseCode.GOING_AWAY, reason)
      connectSocket(socket, link)
    })
  }

  function leave(other: Dialled, reason: string): void {
    dialled.delete(other.id)
    if (other.timer) clearTimeout(other.timer)
    other.hangUp(reason)
  }

  return {
    meet(others) {
      if (closed) return
      const here = new Map(others.map((other) => [other.id, other]))
      for (const other of dialled.values())
        if (here.get(other.id)?.address !== other.address) leave(other, 'that process is gone')
      for (const { id, address } of here.values()) {
        if (dialled.has(id)) continue
        const other: Dialled = { id, address, link: null, hangUp: () => undefined, timer: null, failures: 0 }
        dialled.set(id, other)
        dial(other)
      }
    },
    accept(socket, from) {
      if (closed) return socket.close(CloseCode.GOING_AWAY, 'this process stops')
      if (socket.readyState !== WebSocket.OPEN) return socket.terminate()
      const link = createLink({
        ...common,
        role: 'parent',
        next: nextHere,
        transport: socketTransport(socket),
        logger: logger.child({ replica: from }),
        onClosed: () => void accepted.delete(link),
      })
      accepted.add(link)
      connectSocket(socket, link)
    },
    linkTo: (id) => dialled.get(id)?.link ?? undefined,
    close() {
      closed = true
      for (const other of [...dialled.values()]) leave(other, 'this process stops')
      for (const link of [...accepted]) link.close(CloseCode.GOING_AWAY, 'this process stops')
    },
  }
}
