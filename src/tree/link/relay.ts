import { LinkError } from './fault.ts'
import { FrameKind, MAX_DATA_BYTES, creditOf, encodeFrame, withId } from './frame.ts'
import type { Frame } from './frame.ts'
import { headerFits } from './headers.ts'
import type { CallHeader, OpenHeader } from './headers.ts'
import { MAX_HOPS, MAX_WINDOW_BYTES, costOf } from './limits.ts'
import { encodeRefusal } from './refusal.ts'

/** One link as the relay sees it: what passes through it, and how to send on it. */
export interface RelayEnd {
  peerId(): string
  nextId(): number
  /** Sends at once; a link without room for it ends itself. */
  urgent(bytes: Uint8Array): void
  /** Sends behind what waits for the same id. False when there is no room. */
  inOrder(id: number, bytes: Uint8Array): boolean
  drop(id: number): void
  /** It leads to another process of this same monitor, which has the child's link: no hop of the tree. */
  isReplica?: boolean
  /** By the id that the frame has on this link. */
  passages: Map<number, Passage>
}

interface Side {
  end: RelayEnd
  id: number
  /** What this side may send before the other grants more. */
  creditBytes: number
  ended: boolean
}

/** One call or stream on its way through this node, seen from one of its two links. */
export interface Passage {
  kind: 'call' | 'stream'
  from: Side
  to: Side
  /** Whether `from` asked; else it is being asked. */
  asking: boolean
  timer: NodeJS.Timeout | null
}

/** How much longer than the caller a middle node remembers a call: the answer of the node below names the hop better. */
const GRACE_MS = 1_000

/**
 * Passes a call or an opening that came over `from` on to the next hop; its frames then follow by id, bodies unread.
 * Answers why that is impossible, or null when it is on its way.
 */
export function relayOpening(options: {
  selfId: string
  from: RelayEnd
  next: (agentId: string) => RelayEnd | undefined
  maxRelayed: number
  frame: Frame
  header: CallHeader | OpenHeader
}): LinkError | null {
  const { selfId, from, next, maxRelayed, frame, header } = options
  const [hop = selfId, ...rest] = header.to
  // Another process of this monitor has put its name in already.
  const before = from.isReplica ? header.via.slice(0, -1) : header.via
  if (before.includes(selfId) || before.length >= MAX_HOPS) return new LinkError('LOOP', selfId)
  const down = next(hop)
  if (!down || (from.isReplica && down.isReplica)) return new LinkError('NO_ROUTE', hop)
  if (from.passages.size >= maxRelayed || down.passages.size >= maxRelayed) return new LinkError('OVERLOADED', selfId)
  const to = down.isReplica ? header.to : rest
  const onward = JSON.stringify({ ...header, to, via: [...before, selfId] })
  if (!headerFits(onward)) return new LinkError('OVERLOADED', selfId, 'the header outgrew a frame')

  const id = down.nextId()
  const bytes = encodeFrame({ kind: frame.kind, id, header: onward, body: frame.body })
  if (!send(down, id, bytes)) return new LinkError('OVERLOADED', hop)
  const above: Side = { end: from, id: frame.id, creditBytes: 0, ended: false }
  const below: Side = { end: down, id, creditBytes: 'windowBytes' in header ? header.windowBytes : 0, ended: false }
  const kind = frame.kind === FrameKind.CALL ? 'call' : 'stream'
  const timer = 'deadlineMs' in header ? setTimeout(() => expire(above, below), header.deadlineMs + GRACE_MS) : null
  from.passages.set(frame.id, { kind, from: above, to: below, asking: true, timer })
  down.passages.set(id, { kind, from: below, to: above, asking: false, timer })
  return null
}

/** Passes a frame on when its id is one of a passage over `end`. False when it is not. */
export function relayFrame(end: RelayEnd, frame: Frame): boolean {
  const passage = end.passages.get(frame.id)
  if (!passage) return false
  if (passage.kind === 'call') relayCallFrame(passage, frame)
  else relayStreamFrame(passage, frame)
  return true
}

/** The link is gone: whoever waits on the other side of its passages is told, and by whose fault. */
export function dropPassages(end: RelayEnd): void {
  for (const passage of [...end.passages.values()]) {
    tell(passage, new LinkError('LINK_LOST', end.peerId()))
    close(passage)
  }
}

function relayCallFrame(passage: Passage, frame: Frame): void {
  const { to, asking } = passage
  const fits = asking
    ? frame.kind === FrameKind.CANCEL
    : frame.kind === FrameKind.REPLY || frame.kind === FrameKind.ERROR
  if (!fits) return
  if (frame.kind === FrameKind.CANCEL) to.end.drop(to.id)
  close(passage)
  if (!send(to.end, to.id, withId(frame, to.id))) tell(passage, new LinkError('OVERLOADED', passage.from.end.peerId()))
}

function relayStreamFrame(passage: Passage, frame: Frame): void {
  const { from, to } = passage
  if (frame.kind === FrameKind.DATA) {
    from.creditBytes -= costOf(frame.body.length)
    if (from.creditBytes < 0 || from.ended) return breakOff(passage, new LinkError('OVERRUN', from.end.peerId()))
    if (!to.end.inOrder(to.id, withId(frame, to.id))) breakOff(passage, new LinkError('OVERLOADED', to.end.peerId()))
  } else if (frame.kind === FrameKind.CREDIT) {
    to.creditBytes += creditOf(frame)
    if (to.creditBytes > MAX_WINDOW_BYTES) return breakOff(passage, new LinkError('OVERRUN', from.end.peerId()))
    to.end.urgent(withId(frame, to.id))
  } else if (frame.kind === FrameKind.END) {
    if (from.ended) return
    from.ended = true
    if (!to.end.inOrder(to.id, withId(frame, to.id)))
      return breakOff(passage, new LinkError('OVERLOADED', to.end.peerId()))
    if (to.ended) close(passage)
  } else if (frame.kind === FrameKind.RESET) {
    close(passage)
    from.end.drop(from.id)
    to.end.drop(to.id)
    to.end.urgent(withId(frame, to.id))
  }
}

/** A big body waits among the bulk, all else goes at once. */
function send(end: RelayEnd, id: number, bytes: Uint8Array): boolean {
  if (bytes.length > MAX_DATA_BYTES) return end.inOrder(id, bytes)
  end.urgent(bytes)
  return true
}

function close({ from, to, timer }: Passage): void {
  if (timer) clearTimeout(timer)
  from.end.passages.delete(from.id)
  to.end.passages.delete(to.id)
}

/** Ends the far side of a passage: `to` gets an answer when it asked, else it is told to stop. */
function tell({ kind, to, asking }: Passage, error: LinkError): void {
  to.end.drop(to.id)
  if (kind === 'stream') to.end.urgent(encodeRefusal(FrameKind.OPEN, to.id, error))
  else if (asking) to.end.urgent(encodeFrame({ kind: FrameKind.CANCEL, id: to.id }))
  else to.end.urgent(encodeRefusal(FrameKind.CALL, to.id, error))
}

/** A stream that broke its rules at this node: both sides are told. */
function breakOff(passage: Passage, error: LinkError): void {
  close(passage)
  tell(passage, error)
  tell({ ...passage, from: passage.to, to: passage.from }, error)
}

function expire(above: Side, below: Side): void {
  const passage = below.end.passages.get(below.id)
  if (!passage) return
  close(passage)
  tell(passage, new LinkError('TIMEOUT', below.end.peerId()))
  tell({ ...passage, from: above, to: below, asking: true }, new LinkError('TIMEOUT', below.end.peerId()))
}
