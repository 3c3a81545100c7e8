import { createFifo } from './fifo.ts'
import type { Fifo } from './fifo.ts'
import { FRAME_COST_BYTES } from './limits.ts'

/** The socket as the outbox sees it. */
export interface Wire {
  /** Hands one frame over; `flushed` is called once it has left this process. */
  send(bytes: Uint8Array, flushed: () => void): void
  /** Bytes handed over that are still in this process. */
  bufferedBytes(): number
}

export interface OutboxOptions {
  wire: Wire
  maxOutboxBytes: number
  maxSocketBytes: number
}

export interface Outbox {
  /** For what must not wait: control frames, small calls and answers. False when the outbox is full. */
  urgent(bytes: Uint8Array): boolean
  /** For the frames of one stream (or one big body): they keep their order. False when the outbox is full. */
  inOrder(id: number, bytes: Uint8Array): boolean
  /** Forgets what waits for that id. */
  drop(id: number): void
  /** Bytes that wait here, the cost of frames included. */
  queuedBytes(): number
  close(): void
}

/** A stream with no more than this waiting is somebody typing; with more it is a transfer. */
const INTERACTIVE_BYTES = 4 * 1024
/** A transfer gets at least every so manieth turn, however many people type. */
const BULK_TURN = 16

interface Lane {
  frames: Fifo<Uint8Array>
  bytes: number
}

const cost = (bytes: Uint8Array): number => bytes.length + FRAME_COST_BYTES

/**
 * What waits for the socket, in order of urgency: urgent frames, then streams with little to say, then bulk, each stream in turn.
 * The socket is kept nearly empty, so that an urgent frame overtakes everything that has not yet left.
 */
export function createOutbox({ wire, maxOutboxBytes, maxSocketBytes }: OutboxOptions): Outbox {
  const urgent = createFifo<Uint8Array>()
  const interactive = new Map<number, Lane>()
  const bulk = new Map<number, Lane>()
  let queued = 0
  let turns = 0
  let closed = false

  function takeFrom(lanes: Map<number, Lane>): Uint8Array | undefined {
    for (const [id, lane] of lanes) {
      const bytes = lane.frames.shift()
      // A Map iterates in the order of insertion: out and in again is the end of the row.
      lanes.delete(id)
      if (bytes === undefined) continue
      lane.bytes -= cost(bytes)
      if (lane.frames.size() > 0) lanes.set(id, lane)
      return bytes
    }
    return undefined
  }

  function next(): Uint8Array | undefined {
    const first = urgent.shift()
    if (first) return first
    turns = (turns + 1) % BULK_TURN
    return turns === 0 ? (takeFrom(bulk) ?? takeFrom(interactive)) : (takeFrom(interactive) ?? takeFrom(bulk))
  }

  function pump(): void {
    while (!closed && queued > 0 && wire.bufferedBytes() < maxSocketBytes) {
      const bytes = next()
      if (!bytes) return
      queued -= cost(bytes)
      wire.send(bytes, pump)
    }
  }

  const hasRoom = (bytes: Uint8Array): boolean => !closed && queued + cost(bytes) <= maxOutboxBytes

  return {
    urgent(bytes) {
      if (!hasRoom(bytes)) return false
      urgent.push(bytes)
      queued += cost(bytes)
      pump()
      return true
    },
    inOrder(id, bytes) {
      if (!hasRoom(bytes)) return false
      const lane = interactive.get(id) ?? bulk.get(id) ?? { frames: createFifo<Uint8Array>(), bytes: 0 }
      lane.frames.push(bytes)
      lane.bytes += cost(bytes)
      queued += cost(bytes)
      if (lane.bytes > INTERACTIVE_BYTES) interactive.delete(id)
      if (!bulk.has(id)) (lane.bytes > INTERACTIVE_BYTES ? bulk : interactive).set(id, lane)
      pump()
      return true
    },
    drop(id) {
      for (const lanes of [interactive, bulk]) {
        queued -= lanes.get(id)?.bytes ?? 0
        lanes.delete(id)
      }
    },
    queuedBytes: () => queued,
    close() {
      closed = true
      urgent.clear()
      interactive.clear()
      bulk.clear()
      queued = 0
    },
  }
}
