import { FaultHeader, LinkError, errorOf } from './fault.ts'
import { FrameKind, creditOf, encodeCredit, encodeFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import { parseJson } from './headers.ts'
import type { LinkLimits } from './limits.ts'
import type { Outbox } from './outbox.ts'
import { encodeRefusal } from './refusal.ts'
import { createStreamEnd } from './stream.ts'
import type { Stream, StreamEnd } from './stream.ts'

export interface StreamsOptions {
  limits: LinkLimits
  outbox: Outbox
  nextId: () => number
  /** agent_id of the other end of the link. */
  peerId: () => string
  /** Sends a frame that the link cannot do without; a full outbox ends the link. */
  sendUrgent: (bytes: Uint8Array) => void
}

export interface Streams {
  /** Resolves when the other end accepts. Rejects with its error, or LinkError TIMEOUT, CANCELLED, OVERLOADED, NO_ROUTE, LINK_LOST. */
  open(target: string, open: (id: number) => Uint8Array, signal?: AbortSignal): Promise<Stream>
  /** The end of a stream that the peer opened, or null when there are too many. */
  accept(id: number, creditBytes: number): StreamEnd | null
  has(id: number): boolean
  /** A frame of a stream; of one that is over it is ignored. */
  onFrame(frame: Frame): void
  failAll(error: Error): void
  active(): number
}

interface Entry {
  end: StreamEnd
  accepted: () => void
}

/** The streams of one link that begin or end at this node. */
export function createStreams({ limits, outbox, nextId, peerId, sendUrgent }: StreamsOptions): Streams {
  const entries = new Map<number, Entry>()

  function create(id: number, target: string, creditBytes: number, accepted: () => void): StreamEnd {
    const queue = (bytes: Uint8Array) => {
      if (!outbox.inOrder(id, bytes)) end.stream.reset(new LinkError('OVERLOADED', peerId(), 'the link has no room'))
    }
    const end = createStreamEnd({
      target,
      windowBytes: limits.windowBytes,
      creditBytes,
      port: {
        data: (bytes) => queue(encodeFrame({ kind: FrameKind.DATA, id, body: bytes })),
        credit: (bytes) => sendUrgent(encodeCredit(id, bytes)),
        end: () => queue(encodeFrame({ kind: FrameKind.END, id })),
        reset: (error) => {
          outbox.drop(id)
          sendUrgent(encodeRefusal(FrameKind.OPEN, id, error))
        },
        finished: () => void entries.delete(id),
      },
    })
    entries.set(id, { end, accepted })
    return end
  }

  function failed(id: number, { end }: Entry, error: Error): void {
    outbox.drop(id)
    end.fail(error)
  }

  return {
    async open(target, openFrame, signal) {
      if (signal?.aborted) throw new LinkError('CANCELLED', target)
      if (entries.size >= limits.maxStreams)
        throw new LinkError('OVERLOADED', target, `${entries.size} streams are open`)
      const id = nextId()
      const accepted = Promise.withResolvers<void>()
      const { stream } = create(id, target, 0, accepted.resolve)
      const timer = setTimeout(
        () => stream.reset(new LinkError('TIMEOUT', target, 'not accepted')),
        limits.openTimeoutMs,
      )
      const onAbort = () => stream.reset(new LinkError('CANCELLED', target))
      signal?.addEventListener('abort', onAbort, { once: true })
      void stream.closed.then(() => signal?.removeEventListener('abort', onAbort))
      sendUrgent(openFrame(id))
      const error = await Promise.race([accepted.promise.then(() => null), stream.closed])
      clearTimeout(timer)
      if (error) throw error
      return stream
    },
    accept(id, creditBytes) {
      if (entries.size >= limits.maxStreams) return null
      const end = create(id, peerId(), creditBytes, () => undefined)
      sendUrgent(encodeCredit(id, limits.windowBytes))
      return end
    },
    has: (id) => entries.has(id),
    onFrame(frame) {
      const entry = entries.get(frame.id)
      if (!entry) return
      const { end, accepted } = entry
      if (frame.kind === FrameKind.RESET) {
        const fault = parseJson(FaultHeader, frame.header)
        return failed(
          frame.id,
          entry,
          fault ? errorOf(fault, peerId()) : new LinkError('REMOTE', peerId(), 'unreadable fault'),
        )
      }
      accepted()
      if (!applied(end, frame)) end.stream.reset(new LinkError('OVERRUN', peerId(), 'credits were not respected'))
    },
    failAll(error) {
      for (const [id, entry] of [...entries]) failed(id, entry, error)
    },
    active: () => entries.size,
  }
}

/** False when the frame breaks the rules of credit. */
function applied(end: StreamEnd, frame: Frame): boolean {
  if (frame.kind === FrameKind.DATA) return end.onData(frame.body)
  if (frame.kind === FrameKind.CREDIT) return end.onCredit(creditOf(frame))
  end.onEnd()
  return true
}
