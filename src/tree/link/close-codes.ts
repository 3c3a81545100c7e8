/** Why a link was closed, as WebSocket close codes. */
export const CloseCode = {
  /** This node stops. */
  GOING_AWAY: 1001,
  /** A text frame on a link of bytes. */
  NOT_BINARY: 1003,
  /** A frame that is none, or one that has no place there. */
  MALFORMED: 4400,
  /** The monitor does not want this node: deleted, or its key was revoked. */
  REFUSED: 4403,
  /** Nothing heard from the other end for too long. */
  SILENT: 4408,
  /** The same node connected anew. */
  REPLACED: 4409,
  /** The other end does not take what is sent to it. */
  TOO_SLOW: 4413,
} as const
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode]
