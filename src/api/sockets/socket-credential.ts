/** What a socket was asked for with: a token, or a ticket that opens one socket. */
export type SocketCredential = { kind: 'token'; token: string } | { kind: 'ticket'; ticket: string }

/** The subprotocol that says: the next one offered is a token. It is the only one ever agreed on. */
const bearerProtocol = 'bearer'

/**
 * The credential of a request that opens a socket (spec: WebSocket 实时通信; a browser can set no header, so it may also
 * stand in the query or among the subprotocols). The header counts first, then subprotocol, token, ticket.
 */
export function socketCredential(request: {
  /** The token of `Authorization: Bearer`. */
  bearer: string | null
  /** `Sec-WebSocket-Protocol` as it was sent. */
  protocols: string | undefined
  token: string | undefined
  ticket: string | undefined
}): SocketCredential | null {
  const token = request.bearer ?? tokenAmong(request.protocols) ?? request.token
  if (token) return { kind: 'token', token }
  return request.ticket ? { kind: 'ticket', ticket: request.ticket } : null
}

function tokenAmong(protocols: string | undefined): string | undefined {
  const [first, second] = (protocols ?? '').split(',').map((protocol) => protocol.trim())
  return first === bearerProtocol ? second : undefined
}

/** Answers a socket's subprotocols: never with a token. For `handleProtocols` of the WebSocket server. */
export function agreedProtocol(offered: ReadonlySet<string>): string | false {
  return offered.has(bearerProtocol) ? bearerProtocol : false
}
