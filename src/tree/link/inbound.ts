import type { Calls } from './calls.ts'
import { FaultHeader, LinkError, errorOf } from './fault.ts'
import { FrameKind, decodeFrame, encodeFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import { CallHeader, HelloHeader, OpenHeader, PROTOCOL, parseJson } from './headers.ts'
import { relayFrame, relayOpening } from './relay.ts'
import { createHeldOpenings } from './held-openings.ts'
import type { RelayEnd } from './relay.ts'
import { encodeRefusal } from './refusal.ts'
import type { Serving } from './serve.ts'
import type { Streams } from './streams.ts'

/** What a middle node does before it passes an opening on; null: nothing that has to be waited for. */
export type BeforeRelay = (opening: Pick<CallHeader, 'method' | 'to' | 'meta'>) => Promise<void> | null

export interface Inbound {
  onMessage(bytes: Uint8Array): void
  /** The link is gone. */
  stop(): void
}

const maxHeld = 256
const holdTimeoutMs = 5_000

export interface InboundOptions {
  role: 'parent' | 'child'
  selfId: string
  /** agent_id of the peer; null until a child has got its parent's HELLO. */
  peer: () => string | null
  /** Whether an id counts in this end's numbers. */
  isOurs: (id: number) => boolean
  relayEnd: RelayEnd
  next: ((agentId: string) => RelayEnd | undefined) | undefined
  maxRelayed: number
  /** See LinkOptions. */
  beforeRelay: BeforeRelay | undefined
  calls: Calls
  streams: Streams
  serving: Serving
  /** The parent said who it is; its claims are checked before. */
  onHello: (hello: HelloHeader) => void
  /** What arrived has no place on a link: closes it. */
  malformed: (reason: string) => void
}

/** What each message of the peer does to this end of the link. Everything that comes in is parsed here, or refused. */
export function createInbound(options: InboundOptions): Inbound {
  const { role, selfId, peer, isOurs, relayEnd, next, maxRelayed, beforeRelay } = options
  const { calls, streams, serving, onHello, malformed } = options
  const { urgent, peerId, passages } = relayEnd

  const refuse = (frame: Frame, error: unknown): void => urgent(encodeRefusal(frame.kind, frame.id, error))
  const held = createHeldOpenings({ selfId, maxHeld, timeoutMs: holdTimeoutMs, refuse })

  function onHelloFrame(frame: Frame): void {
    const hello = parseJson(HelloHeader, frame.header)
    if (role === 'parent' || !hello) return malformed('unexpected or unreadable HELLO')
    const { protocol, agent_id: parent, lineage } = hello
    if (protocol !== PROTOCOL) return malformed(`the parent speaks protocol ${protocol}, this node ${PROTOCOL}`)
    if (lineage[0] !== parent) return malformed('a lineage begins with its sender')
    if (peer() !== null && peer() !== parent) return malformed('the parent changed its name')
    if (lineage.includes(selfId)) return malformed(`loop: ${selfId} is above its own parent`)
    onHello(hello)
  }

  function onOpening(frame: Frame): void {
    const { id, kind } = frame
    const isTaken = serving.has(id) || streams.has(id) || passages.has(id) || held.has(id)
    if (isOurs(id) || isTaken) return malformed('an id that is in use')
    const schema = kind === FrameKind.CALL ? CallHeader : OpenHeader
    const header = parseJson<CallHeader | OpenHeader>(schema, frame.header)
    if (!header) return malformed('unreadable header')
    if (header.via.at(-1) !== peer()) return malformed('a message that claims to come from somebody else')
    const before = relayEnd.isReplica ? header.via.slice(0, -1) : header.via
    if (before.includes(selfId)) return refuse(frame, new LinkError('LOOP', selfId))
    if (header.to.length > 0) return onward(frame, header)
    if ('deadlineMs' in header) serving.onCall(frame, header)
    else serving.onOpen(frame, header)
  }

  function onward(frame: Frame, header: CallHeader | OpenHeader): void {
    if (!next)
      return refuse(frame, new LinkError('NO_ROUTE', selfId, 'a child may not reach others through its parent'))
    const go = () => {
      const error = relayOpening({ selfId, from: relayEnd, next, maxRelayed, frame, header })
      if (error) refuse(frame, error)
    }
    const permit = beforeRelay?.(header) ?? null
    if (permit) held.hold(frame, permit, go)
    else go()
  }

  function onError(frame: Frame): void {
    const fault = parseJson(FaultHeader, frame.header)
    calls.fail(frame.id, fault ? errorOf(fault, peerId()) : new LinkError('REMOTE', peerId(), 'unreadable fault'))
  }

  function onFrame(frame: Frame): void {
    const { kind, id } = frame
    if (kind === FrameKind.HELLO) return onHelloFrame(frame)
    if (peer() === null) return malformed('a link begins with HELLO')
    if (kind === FrameKind.PING) return urgent(encodeFrame({ kind: FrameKind.PONG }))
    if (kind === FrameKind.PONG) return
    if (kind === FrameKind.CALL || kind === FrameKind.OPEN) return onOpening(frame)
    if (relayFrame(relayEnd, frame)) return
    if ((kind === FrameKind.CANCEL || kind === FrameKind.RESET) && held.drop(id)) return
    // Of what is over already, or never was, the rest is ignored: answers and cancels cross on the way.
    if (kind === FrameKind.REPLY) calls.settle(id, frame.body)
    else if (kind === FrameKind.ERROR) onError(frame)
    else if (kind === FrameKind.CANCEL) serving.cancel(id)
    else streams.onFrame(frame)
  }

  return {
    onMessage(bytes) {
      const decoded = decodeFrame(bytes)
      if (decoded.ok) onFrame(decoded.frame)
      else malformed(decoded.reason)
    },
    stop: () => held.clear(),
  }
}
