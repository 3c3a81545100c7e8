/** The bounds of all sockets of one kind together and of each. */
export interface SocketLimits {
  maxClients: number
  /** Of one holder: a user, or an address where nobody signs in. */
  maxPerHolder: number
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

export const eventSocketLimits: SocketLimits = {
  maxClients: 10_000,
  maxPerHolder: 100,
  maxBufferedBytes: 1_048_576,
  maxFrameBytes: 65_536,
  maxMessagesPerSecond: 20,
  pingIntervalMs: 30_000,
  expiryCheckMs: 1_000,
  closeGraceMs: 2_000,
}

/** Of one server: it carries files in chunks, so its messages may be long. */
export const serverSocketLimits: SocketLimits = {
  ...eventSocketLimits,
  maxClients: 2_000,
  maxPerHolder: 50,
  maxBufferedBytes: 4_194_304,
  maxFrameBytes: 1_048_576,
  maxMessagesPerSecond: 100,
}

/** For anybody, so less of everything. */
export const publicSocketLimits: SocketLimits = {
  ...eventSocketLimits,
  maxClients: 1_000,
  maxPerHolder: 20,
  maxBufferedBytes: 65_536,
  maxFrameBytes: 4_096,
  maxMessagesPerSecond: 5,
}

/** Of terminals, which bound what waits by themselves. */
export const terminalSeats = { maxClients: 2_000, maxPerHolder: 50 }
