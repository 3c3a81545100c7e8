/** The bounds of all event sockets together and of each. */
export interface HubLimits {
  maxClients: number
  maxPerUser: number
  /** What may wait for a client that does not take it; past this it is dropped. */
  maxBufferedBytes: number
  /** The longest message a client may send. */
  maxFrameBytes: number
  maxMessagesPerSecond: number
  /** How often a client is asked for a sign of life, and its token whether it still holds. */
  pingIntervalMs: number
  /** How late an expired token may be noticed on a socket where nothing happens. */
  expiryCheckMs: number
  /** How long a closed client may take to go by itself. */
  closeGraceMs: number
}

export const defaultHubLimits: HubLimits = {
  maxClients: 10_000,
  maxPerUser: 100,
  maxBufferedBytes: 1_048_576,
  maxFrameBytes: 65_536,
  maxMessagesPerSecond: 20,
  pingIntervalMs: 30_000,
  expiryCheckMs: 1_000,
  closeGraceMs: 2_000,
}
