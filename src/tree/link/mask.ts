import { isIP } from 'node:net'

/**
 * Whether the bytes of a WebSocket client have to be masked with random numbers. Masking keeps what passes through from looking like
 * HTTP to a broken cache on the way (RFC 6455, 10.3); it costs more than all else that a relayed byte costs. Inside TLS, and on
 * this host, nothing on the way reads the bytes, and a mask of zeros does.
 */
export function needsMask(socketUrl: string): boolean {
  const { protocol, hostname } = new URL(socketUrl)
  if (protocol === 'wss:') return false
  const host = hostname.replace(/^\[|\]$/g, '')
  return !(host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.')))
}

/** For the `generateMask` option of ws, which skips masking when all four bytes are 0. */
export function zeroMask(mask: Buffer): void {
  mask.fill(0)
}
