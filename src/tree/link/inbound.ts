import type { Calls } from './calls.ts'
import { FaultHeader, LinkError, errorOf } from './fault.ts'
import { FrameKind, decodeFrame, encodeFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import { CallHeader, HelloHeader, OpenHeader, PROTOCOL, parseJson } from './headers.ts'
import { relayFrame, relayOpening } from './relay.ts'
import type { RelayEnd } from './relay.ts'
import { encodeRefusal } from './refusal.ts'
import type { Serving } from './serve.ts'
import type { Streams } from './streams.ts'

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
  calls: Calls
  streams: Streams
  serving: Serving
  /** The parent said who it is; its claims are checked before. */
  onHello: (hello: HelloHeader) => void
  /** What arrived has no place on a link: closes it. */
  malformed: (reason: string) => void
}

/** What each message of the peer does to this end of the link. Everything that comes in is parsed here, or refused. */
export function createInbound(options: InboundOptions): (bytes: Uint8Array) => void {
  const { role, selfId, peer, isOurs, relayEnd, next, maxRelayed, calls, streams, serving, onHello, malformed } =
    options
  const { urgent, peerId, passages } = relayEnd

  const refuse = (frame: Frame, error: LinkError): void => urgent(encodeRefusal(frame.kind, frame.id, error))

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
    if (isOurs(id) || serving.has(id) || streams.has(id) || passages.has(id)) return malformed('an id that is in use')
    const schema = kind === FrameKind.CALL ? CallHeader : OpenHeader
    const header = parseJson<CallHeader | OpenHeader>(schema, frame.header)
    if (!header) return malformed('unreadable header')
    if (header.via.at(-1) !== peer()) return malformed('a message that claims to come from somebody else')
    if (header.via.includes(selfId)) return refuse(frame, new LinkError('LOOP', selfId))
    if (header.to.length > 0) return onward(frame, header)
    if ('deadlineMs' in header) serving.onCall(frame, header)
    else serving.onOpen(frame, header)
  }

  function onward(frame: Frame, header: CallHeader | OpenHeader): void {
    const error = next
      ? relayOpening({ selfId, from: relayEnd, next, maxRelayed, frame, header })
      : new LinkError('NO_ROUTE', selfId, 'a child may not reach others through its parent')
    if (error) refuse(frame, error)
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
    // Of what is over already, or never was, the rest is ignored: answers and cancels cross on the way.
    if (kind === FrameKind.REPLY) calls.settle(id, frame.body)
    else if (kind === FrameKind.ERROR) onError(frame)
    else if (kind === FrameKind.CANCEL) serving.cancel(id)
    else streams.onFrame(frame)
  }

  return (bytes) => {
    const decoded = decodeFrame(bytes)
    if (decoded.ok) onFrame(decoded.frame)
    else malformed(decoded.reason)
  }
}
