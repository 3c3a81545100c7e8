import type { RawData, WebSocket } from 'ws'
import { CloseCode } from './close-codes.ts'
import { MAX_FRAME_BYTES } from './frame.ts'
import type { Link, Transport } from './link.ts'

/** For both ends: bytes as they are, and no message that fits no frame. */
export const socketOptions = { perMessageDeflate: false, maxPayload: MAX_FRAME_BYTES } as const

/** How long the other end has to answer a close before the socket is cut. */
const CLOSE_GRACE_MS = 1_000
const MAX_REASON_BYTES = 123

/** A WebSocket as the link sees it. */
export function socketTransport(socket: WebSocket): Transport {
  return {
    // A failed send is followed by `close` on the socket, where the link learns of it.
    send: (bytes, flushed) => socket.send(bytes, { binary: true }, (error) => error ?? flushed()),
    bufferedBytes: () => socket.bufferedAmount,
    close(code, reason) {
      // Of a peer that is silent or too slow no answer is to be expected.
      if (code === CloseCode.SILENT || code === CloseCode.TOO_SLOW) return socket.terminate()
      socket.close(code, cut(reason))
      const timer = setTimeout(() => socket.terminate(), CLOSE_GRACE_MS)
      socket.once('close', () => clearTimeout(timer))
    },
  }
}

/** As much of the reason as a close frame holds, in whole characters. */
function cut(reason: string): Buffer {
  const bytes = Buffer.alloc(MAX_REASON_BYTES)
  return bytes.subarray(0, new TextEncoder().encodeInto(reason, bytes).written)
}

/** Feeds what arrives on the socket to the link, and tells it when the socket is gone. */
export function connectSocket(socket: WebSocket, link: Link): void {
  socket.on('message', (data, isBinary) => {
    if (isBinary) link.receive(bytesOf(data))
    else link.close(CloseCode.NOT_BINARY, 'a text frame on a link of bytes')
  })
  // `close` follows every error and says the rest.
  socket.on('error', (error) => link.lost(error.message))
  socket.on('close', (code, reason) =>
    link.lost(reason.length > 0 ? `${code}: ${reason.toString()}` : `closed with ${code}`),
  )
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}
