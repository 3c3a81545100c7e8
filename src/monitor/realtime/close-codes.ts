/** Why an event socket was closed, as WebSocket close codes. */
export const CloseCode = {
  /** This monitor stops. */
  GOING_AWAY: 1001,
  /** More messages than a client may send, or bytes that are none. */
  MISUSE: 1008,
  /** A message that is longer than any that is understood. */
  TOO_LONG: 1009,
  /** What the client may see cannot be told at the moment: it should come back and read the state anew. */
  TRY_AGAIN: 1013,
  /** The token has ended, or was voided by a change of its user. */
  UNAUTHORIZED: 4401,
  /** What the socket shows is not shown (any more): the public view was turned off. */
  NOT_SHOWN: 4403,
  /** The server of this socket was removed, or belongs to somebody else now. */
  GONE: 4404,
  /** The client does not take what is sent to it. */
  TOO_SLOW: 4408,
} as const
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode]
