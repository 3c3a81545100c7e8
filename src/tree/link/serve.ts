import type { Logger } from '../../platform/logger.ts'
import { AppError } from '../../contract/errors.ts'
import { LinkError } from './fault.ts'
import type { Frame, FrameKind } from './frame.ts'
import type { CallHeader, OpenHeader } from './headers.ts'
import type { LinkLimits } from './limits.ts'
import type { CallContext, Methods } from './methods.ts'
import type { StreamEnd } from './stream.ts'
import type { Streams } from './streams.ts'

export interface ServeOptions {
  selfId: string
  methods: Methods
  streams: Streams
  limits: LinkLimits
  logger: Logger
  reply: (id: number, body: Uint8Array) => void
  /** Answers a call with ERROR, an opening with RESET. */
  refuse: (kind: FrameKind, id: number, error: unknown) => void
}

export interface Serving {
  onCall(frame: Frame, header: CallHeader): void
  onOpen(frame: Frame, header: OpenHeader): void
  /** Whether that call of the peer is being worked on. */
  has(id: number): boolean
  cancel(id: number): void
  /** Aborts whatever is being worked on; nothing is answered any more. */
  stop(): void
  /** Handlers that have not returned, also those whose caller is gone. */
  active(): number
}

/** Runs the methods of this node for the peer of one link, each until its deadline and never too many at once. */
export function createServing({ selfId, methods, streams, limits, logger, reply, refuse }: ServeOptions): Serving {
  const aborts = new Map<number, AbortController>()
  let running = 0

  function logged(method: string, error: unknown): unknown {
    if (!(error instanceof AppError)) logger.error({ err: error, method }, 'a link method failed')
    return error
  }

  async function run(frame: Frame, { method, via, meta, deadlineMs }: CallHeader): Promise<void> {
    const handler = methods.call(method)
    if (!handler) return refuse(frame.kind, frame.id, new LinkError('NO_METHOD', selfId, method))
    const abort = new AbortController()
    aborts.set(frame.id, abort)
    running += 1
    const timer = setTimeout(() => {
      if (aborts.delete(frame.id)) refuse(frame.kind, frame.id, new LinkError('TIMEOUT', selfId, method))
      abort.abort(new LinkError('TIMEOUT', selfId, method))
    }, deadlineMs)
    try {
      const answer = await handler(frame.body, { via, meta, deadlineMs, signal: abort.signal })
      if (aborts.delete(frame.id)) reply(frame.id, answer)
    } catch (error) {
      // After a cancel or the deadline a handler fails because it was told to.
      if (aborts.delete(frame.id)) refuse(frame.kind, frame.id, logged(method, error))
    } finally {
      clearTimeout(timer)
      running -= 1
    }
  }

  async function runStream(end: StreamEnd, start: () => Promise<void>, method: string): Promise<void> {
    try {
      await start()
      await end.stream.end()
      end.discard()
      await linger(end)
    } catch (error) {
      // Of a stream that broke by itself, the handler only repeats the reason.
      end.stream.reset(asError(end.stream.signal.aborted ? error : logged(method, error)))
    }
  }

  async function linger({ stream }: StreamEnd): Promise<void> {
    const timer = setTimeout(
      () => stream.reset(new LinkError('CANCELLED', selfId, 'the handler is done')),
      limits.lingerMs,
    )
    await stream.closed
    clearTimeout(timer)
  }

  return {
    onCall(frame, header) {
      if (running >= limits.maxServedCalls) return refuse(frame.kind, frame.id, new LinkError('OVERLOADED', selfId))
      void run(frame, header)
    },
    onOpen(frame, { method, via, meta, windowBytes }) {
      const handler = methods.stream(method)
      if (!handler) return refuse(frame.kind, frame.id, new LinkError('NO_METHOD', selfId, method))
      try {
        const handle = handler(frame.body)
        const end = streams.accept(frame.id, windowBytes)
        if (!end) return refuse(frame.kind, frame.id, new LinkError('OVERLOADED', selfId))
        const context: CallContext = { via, meta, deadlineMs: null, signal: end.stream.signal }
        void runStream(end, () => handle(end.stream, context), method)
      } catch (error) {
        refuse(frame.kind, frame.id, logged(method, error))
      }
    },
    has: (id) => aborts.has(id),
    cancel(id) {
      const abort = aborts.get(id)
      aborts.delete(id)
      abort?.abort(new LinkError('CANCELLED', selfId))
    },
    stop() {
      for (const abort of aborts.values()) abort.abort(new LinkError('LINK_LOST', selfId))
      aborts.clear()
    },
    active: () => running,
  }
}

const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error('not an error was thrown', { cause: thrown })
