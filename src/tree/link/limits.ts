/** The bounds of one link. Tests and operators may lower them; nothing is without one. */
export interface LinkLimits {
  /** Calls of ours that wait for an answer. */
  maxPendingCalls: number
  /** Calls of the peer that we work on. */
  maxServedCalls: number
  /** Streams that begin or end at this node. */
  maxStreams: number
  /** Calls and streams that pass through this node over this link. */
  maxRelayed: number
  /** How far the sender of a stream may be ahead of its reader. */
  windowBytes: number
  /** Frames that wait for the socket. */
  maxOutboxBytes: number
  /** What the socket may hold before bulk waits, so that it never stands in front of a keystroke. */
  maxSocketBytes: number
  /** How long the other end may take to accept a stream. */
  openTimeoutMs: number
  /** How long a stream whose handler is done waits for the other end to end too. */
  lingerMs: number
}

export const defaultLimits: LinkLimits = {
  maxPendingCalls: 1024,
  maxServedCalls: 256,
  maxStreams: 256,
  maxRelayed: 2048,
  windowBytes: 256 * 1024,
  maxOutboxBytes: 64 * 1024 * 1024,
  maxSocketBytes: 64 * 1024,
  openTimeoutMs: 10_000,
  lingerMs: 30_000,
}

/** The widest window that anybody may ask a middle node to carry. */
export const MAX_WINDOW_BYTES = 1024 * 1024
/** The longest a caller may wait. */
export const MAX_DEADLINE_MS = 300_000
/** The deepest tree that a route may cross. */
export const MAX_HOPS = 32
/** What a frame costs beside its bytes, so that a flood of one-byte frames meets a bound as well. */
export const FRAME_COST_BYTES = 64

/** What `bytes` of payload in one DATA frame take from the sender's credit. */
export const costOf = (bytes: number): number => bytes + FRAME_COST_BYTES
