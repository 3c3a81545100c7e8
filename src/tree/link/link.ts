import type { JsonObject } from '../../contract/common.ts'
import { payloadTooLarge } from '../../contract/errors.ts'
import type { Logger } from '../../platform/logger.ts'
import { createCalls } from './calls.ts'
import { CloseCode } from './close-codes.ts'
import { LinkError } from './fault.ts'
import { FrameKind, MAX_BODY_BYTES, MAX_DATA_BYTES, MAX_ID, encodeFrame } from './frame.ts'
import { PROTOCOL, encodeBody, headerFits } from './headers.ts'
import type { HelloHeader } from './headers.ts'
import { startHeartbeat } from './heartbeat.ts'
import { type BeforeRelay, createInbound } from './inbound.ts'
import { MAX_DEADLINE_MS, defaultLimits } from './limits.ts'
import type { LinkLimits } from './limits.ts'
import { readAnswer } from './methods.ts'
import type { Methods } from './methods.ts'
import { createOutbox } from './outbox.ts'
import type { Wire } from './outbox.ts'
import { dropPassages } from './relay.ts'
import type { RelayEnd } from './relay.ts'
import { encodeRefusal } from './refusal.ts'
import { createServing } from './serve.ts'
import type { Stream } from './stream.ts'
import { createStreams } from './streams.ts'

export interface Transport extends Wire {
  close(code: CloseCode, reason: string): void
}

export interface OpenOptions {
  /** agent_ids from the far side of this link to the target; empty or absent: the peer itself. */
  to?: readonly string[]
  /** Carried untouched to the handler. */
  meta?: JsonObject
  signal?: AbortSignal | undefined
}

export interface CallOptions extends OpenOptions {
  /** How long the caller waits, 1 to MAX_DEADLINE_MS. */
  deadlineMs: number
}

export interface LinkOptions {
  /** Which end of the link this node is; a child connects, a parent greets. */
  role: 'parent' | 'child'
  selfId: string
  /** agent_id of the peer; null until its HELLO, for a child that does not know it yet. */
  peerId: string | null
  /** The peer is another process of this same monitor: `peerId` is `selfId`, and nobody greets. */
  isReplica?: boolean
  transport: Transport
  /** What the peer may ask of this node. */
  methods: Methods
  /** The link to a node below, for what the parent sends through this node. A parent relays nothing that comes from a child. */
  next?: (agentId: string) => RelayEnd | undefined
  /** Awaited before an opening is passed on; when it rejects the opening is refused with that error. */
  beforeRelay?: BeforeRelay | undefined
  logger: Logger
  heartbeat: { intervalMs: number; maxMissed: number }
  limits?: Partial<LinkLimits>
  /** On a child: the parent said who it is and where it stands. */
  onHello?: (hello: HelloHeader) => void
  /** Once, whoever closed it. */
  onClosed: (reason: string) => void
}

export interface LinkStats {
  pendingCalls: number
  servedCalls: number
  streams: number
  /** Calls and streams that pass through. */
  relayed: number
  relayedCalls: number
  queuedBytes: number
}

/** One connection between a parent and a child, seen from one end; it knows nothing of sockets. */
export interface Link {
  peerId(): string
  /** Rejects with the asked node's AppError, or LinkError naming where the tree failed. */
  call(method: string, params: unknown, options: CallOptions): Promise<unknown>
  /** Resolves when the other end accepts; `signal` ends the stream, also later. Rejects like `call`. */
  open(method: string, params: unknown, options?: OpenOptions): Promise<Stream>
  /** On a parent: says who this node is and where it stands. */
  hello(lineage: readonly string[]): void
  /** Takes one message of the transport. */
  receive(bytes: Uint8Array): void
  /** The transport is gone. */
  lost(reason: string): void
  close(code: CloseCode, reason: string): void
  /** How others pass calls and streams through this link. */
  readonly relayEnd: RelayEnd
  stats(): LinkStats
}

export function createLink(options: LinkOptions): Link {
  const { role, selfId, transport, methods, next, logger, heartbeat, onHello, onClosed } = options
  const limits = { ...defaultLimits, ...options.limits }
  const outbox = createOutbox({ wire: transport, ...limits })
  const passages: RelayEnd['passages'] = new Map()
  // The two ends never use the same id: the child counts in odd numbers, the parent in even ones.
  const parity = role === 'child' ? 1 : 0
  let lastId = parity
  let peer = options.peerId
  let closed = false

  const peerId = (): string => peer ?? 'parent'

  function nextId(): number {
    do lastId = lastId + 2 > MAX_ID ? 2 + parity : lastId + 2
    while (streams.has(lastId) || passages.has(lastId))
    return lastId
  }

  function urgent(bytes: Uint8Array): void {
    if (!outbox.urgent(bytes) && !closed) close(CloseCode.TOO_SLOW, 'the other end does not take what is sent to it')
  }

  /** A big body waits among the bulk, all else goes at once. */
  function send(id: number, bytes: Uint8Array): boolean {
    if (bytes.length > MAX_DATA_BYTES) return outbox.inOrder(id, bytes)
    urgent(bytes)
    return !closed
  }

  const refuse = (kind: FrameKind, id: number, error: unknown): void => urgent(encodeRefusal(kind, id, error))
  const cancel = (id: number): void => {
    outbox.drop(id)
    urgent(encodeFrame({ kind: FrameKind.CANCEL, id }))
  }
  const reply = (id: number, body: Uint8Array): void => {
    if (!send(id, encodeFrame({ kind: FrameKind.REPLY, id, body }))) {
      refuse(FrameKind.CALL, id, new LinkError('OVERLOADED', selfId, 'the link has no room for the answer'))
    }
  }

  const calls = createCalls({ maxPendingCalls: limits.maxPendingCalls, nextId, cancel })
  const streams = createStreams({ limits, outbox, nextId, peerId, sendUrgent: urgent })
  const serving = createServing({ selfId, methods, streams, limits, logger, reply, refuse })
  const { isReplica = false } = options
  const relayEnd: RelayEnd = {
    peerId,
    nextId,
    urgent,
    inOrder: outbox.inOrder,
    drop: outbox.drop,
    isReplica,
    passages,
  }
  const beat = startHeartbeat({
    ...heartbeat,
    ping: () => urgent(encodeFrame({ kind: FrameKind.PING })),
    onDead: () => close(CloseCode.SILENT, 'no sign of life from the other end'),
  })

  function finish(reason: string): void {
    if (closed) return
    closed = true
    beat.stop()
    outbox.close()
    calls.failAll(() => new LinkError('LINK_LOST', peerId(), reason))
    streams.failAll(new LinkError('LINK_LOST', peerId(), reason))
    serving.stop()
    inbound.stop()
    dropPassages(relayEnd)
    onClosed(reason)
  }

  function close(code: CloseCode, reason: string): void {
    if (closed) return
    transport.close(code, reason)
    finish(reason)
  }

  const inbound = createInbound({
    role,
    selfId,
    peer: () => peer,
    isOurs: (id) => id % 2 === parity,
    relayEnd,
    next,
    maxRelayed: limits.maxRelayed,
    beforeRelay: options.beforeRelay,
    calls,
    streams,
    serving,
    onHello: (hello) => {
      peer = hello.agent_id
      onHello?.(hello)
    },
    malformed: (reason) => close(CloseCode.MALFORMED, reason),
  })

  /** Header and body of a CALL or OPEN. Throws LinkError, or AppError PAYLOAD_TOO_LARGE when they fit no frame. */
  function opening(method: string, params: unknown, { to = [], meta = {} }: OpenOptions, rest: object) {
    const target = to.at(-1) ?? peerId()
    if (closed) throw new LinkError('LINK_LOST', peerId(), 'the link is closed')
    const header = JSON.stringify({ to, via: [selfId], method, meta, ...rest })
    const body = encodeBody(params)
    if (!headerFits(header) || body.length > MAX_BODY_BYTES) {
      const details = { method, bytes: body.length, max_bytes: MAX_BODY_BYTES }
      throw payloadTooLarge('请求过大', 'The request is too large', { details })
    }
    return { target, header, body }
  }

  return {
    peerId,
    async call(method, params, callOptions) {
      const deadlineMs = Math.round(Math.min(Math.max(callOptions.deadlineMs, 1), MAX_DEADLINE_MS))
      const { target, header, body } = opening(method, params, callOptions, { deadlineMs })
      const answer = await calls.start({ target, deadlineMs, signal: callOptions.signal }, (id) =>
        send(id, encodeFrame({ kind: FrameKind.CALL, id, header, body })),
      )
      return readAnswer(target, answer)
    },
    async open(method, params, openOptions = {}) {
      const { target, header, body } = opening(method, params, openOptions, { windowBytes: limits.windowBytes })
      return streams.open(target, (id) => encodeFrame({ kind: FrameKind.OPEN, id, header, body }), openOptions.signal)
    },
    hello(lineage) {
      const hello: HelloHeader = { protocol: PROTOCOL, agent_id: selfId, lineage: [selfId, ...lineage] }
      urgent(encodeFrame({ kind: FrameKind.HELLO, header: JSON.stringify(hello) }))
    },
    receive(bytes) {
      if (closed) return
      beat.heard()
      inbound.onMessage(bytes)
    },
    lost: finish,
    close,
    relayEnd,
    stats: () => ({
      pendingCalls: calls.pending(),
      servedCalls: serving.active(),
      streams: streams.active(),
      relayed: passages.size,
      relayedCalls: [...passages.values()].filter(({ kind }) => kind === 'call').length,
      queuedBytes: outbox.queuedBytes(),
    }),
  }
}
