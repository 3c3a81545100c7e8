import type { Logger } from '../../platform/logger.ts'
import { type CallOptions, createLink, type Link, type OpenOptions, type Transport } from './link.ts'
import { createMethods, type Methods } from './methods.ts'
import type { Stream } from './stream.ts'

export interface LocalLink {
  call(method: string, params: unknown, options: Omit<CallOptions, 'to'>): Promise<unknown>
  open(method: string, params: unknown, options?: Omit<OpenOptions, 'to'>): Promise<Stream>
  close(): void
}

/** A process does not lose itself: a heartbeat would only say that it was busy. */
const noHeartbeat = { intervalMs: 3_600_000, maxMissed: 3 }

/**
 * A link from a monitor to the host it runs on, inside one process: asked in the same way, with the same bounds and flow
 * control, as a host further down.
 */
export function createLocalLink(parts: { selfId: string; methods: Methods; logger: Logger }): LocalLink {
  const { selfId, methods, logger } = parts
  const ends: { asking?: Link; answering?: Link } = {}
  const transportTo = (other: 'asking' | 'answering'): Transport => ({
    send(bytes, flushed) {
      // Not in the same turn: an answer must not arrive before the question has returned.
      setImmediate(() => {
        ends[other]?.receive(bytes)
        flushed()
      })
    },
    bufferedBytes: () => 0,
    close: (_code, reason) => setImmediate(() => ends[other]?.lost(reason)),
  })
  const common = { logger, heartbeat: noHeartbeat, onClosed: () => undefined }
  const host = `${selfId}:host`
  const asking = createLink({
    ...common,
    role: 'parent',
    selfId,
    peerId: host,
    transport: transportTo('answering'),
    methods: createMethods(),
  })
  const answering = createLink({
    ...common,
    role: 'child',
    selfId: host,
    peerId: selfId,
    transport: transportTo('asking'),
    methods,
  })
  ends.asking = asking
  ends.answering = answering
  asking.hello([])
  return {
    call: (method, params, options) => asking.call(method, params, options),
    open: (method, params, options) => asking.open(method, params, options),
    close() {
      asking.close(1001, 'this node stops')
      answering.lost('this node stops')
    },
  }
}
