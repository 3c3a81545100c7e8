/**
 * One message of the link: kind u8 · flags u8 (always 0) · id u32 · header length u16 · header (JSON) · body (bytes).
 * Big endian. Only CALL, OPEN, ERROR, RESET and HELLO have a header; a middle node never looks into a body.
 */
export const FrameKind = {
  HELLO: 1,
  CALL: 2,
  REPLY: 3,
  ERROR: 4,
  CANCEL: 5,
  OPEN: 6,
  DATA: 7,
  CREDIT: 8,
  END: 9,
  RESET: 10,
  PING: 11,
  PONG: 12,
} as const
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind]

const PREFIX_BYTES = 8
export const MAX_HEADER_BYTES = 16 * 1024
export const MAX_BODY_BYTES = 1024 * 1024
export const MAX_DATA_BYTES = 32 * 1024
export const MAX_FRAME_BYTES = PREFIX_BYTES + MAX_HEADER_BYTES + MAX_BODY_BYTES
export const MAX_ID = 0xffff_ffff

export interface Frame {
  kind: FrameKind
  /** Of the call or stream; 0 for what concerns the link itself. */
  id: number
  header: Uint8Array
  body: Uint8Array
  /** The whole frame as it came; `header` and `body` are views of it. */
  bytes: Uint8Array
}

interface Shape {
  about: 'link' | 'exchange'
  header: boolean
  minBodyBytes: number
  maxBodyBytes: number
}

const shapes = new Map<number, Shape>([
  [FrameKind.HELLO, { about: 'link', header: true, minBodyBytes: 0, maxBodyBytes: 0 }],
  [FrameKind.CALL, { about: 'exchange', header: true, minBodyBytes: 0, maxBodyBytes: MAX_BODY_BYTES }],
  [FrameKind.REPLY, { about: 'exchange', header: false, minBodyBytes: 0, maxBodyBytes: MAX_BODY_BYTES }],
  [FrameKind.ERROR, { about: 'exchange', header: true, minBodyBytes: 0, maxBodyBytes: 0 }],
  [FrameKind.CANCEL, { about: 'exchange', header: false, minBodyBytes: 0, maxBodyBytes: 0 }],
  [FrameKind.OPEN, { about: 'exchange', header: true, minBodyBytes: 0, maxBodyBytes: MAX_BODY_BYTES }],
  [FrameKind.DATA, { about: 'exchange', header: false, minBodyBytes: 1, maxBodyBytes: MAX_DATA_BYTES }],
  [FrameKind.CREDIT, { about: 'exchange', header: false, minBodyBytes: 4, maxBodyBytes: 4 }],
  [FrameKind.END, { about: 'exchange', header: false, minBodyBytes: 0, maxBodyBytes: 0 }],
  [FrameKind.RESET, { about: 'exchange', header: true, minBodyBytes: 0, maxBodyBytes: 0 }],
  [FrameKind.PING, { about: 'link', header: false, minBodyBytes: 0, maxBodyBytes: 0 }],
  [FrameKind.PONG, { about: 'link', header: false, minBodyBytes: 0, maxBodyBytes: 0 }],
])

export type Decoded = { ok: true; frame: Frame } | { ok: false; reason: string }

const wrong = (reason: string): Decoded => ({ ok: false, reason })

/** Reads one frame; never throws. What is not exactly one well-formed frame comes back with the reason why. */
export function decodeFrame(bytes: Uint8Array): Decoded {
  if (bytes.length < PREFIX_BYTES) return wrong('frame too short')
  if (bytes.length > MAX_FRAME_BYTES) return wrong('frame too long')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kind = view.getUint8(0)
  const shape = shapes.get(kind)
  if (!shape) return wrong(`unknown frame kind ${kind}`)
  if (view.getUint8(1) !== 0) return wrong('unknown frame flags')
  const id = view.getUint32(2)
  if ((shape.about === 'link') !== (id === 0)) return wrong('frame id does not fit its kind')
  const headerBytes = view.getUint16(6)
  if (shape.header !== headerBytes > 0) return wrong('frame header does not fit its kind')
  if (headerBytes > MAX_HEADER_BYTES) return wrong('frame header too long')
  const bodyBytes = bytes.length - PREFIX_BYTES - headerBytes
  if (bodyBytes < 0) return wrong('frame header longer than the frame')
  if (bodyBytes < shape.minBodyBytes || bodyBytes > shape.maxBodyBytes) return wrong('frame body does not fit its kind')
  const bodyAt = PREFIX_BYTES + headerBytes
  const frame = {
    kind: kind as FrameKind,
    id,
    header: bytes.subarray(PREFIX_BYTES, bodyAt),
    body: bytes.subarray(bodyAt),
    bytes,
  }
  if (kind === FrameKind.CREDIT && creditOf(frame) === 0) return wrong('a credit of nothing')
  return { ok: true, frame }
}

const EMPTY = new Uint8Array(0)

export interface FrameParts {
  kind: FrameKind
  id?: number
  /** JSON text of the header, for the kinds that have one. */
  header?: string
  body?: Uint8Array
}

/** Writes one frame. Throws RangeError when a part is over its bound: callers check sizes that come from outside. */
export function encodeFrame({ kind, id = 0, header = '', body = EMPTY }: FrameParts): Uint8Array {
  const headerBytes = Buffer.byteLength(header)
  if (headerBytes > MAX_HEADER_BYTES) throw new RangeError(`frame header of ${headerBytes} bytes`)
  if (body.length > MAX_BODY_BYTES) throw new RangeError(`frame body of ${body.length} bytes`)
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + headerBytes + body.length)
  frame.writeUInt8(kind, 0)
  frame.writeUInt8(0, 1)
  frame.writeUInt32BE(id, 2)
  frame.writeUInt16BE(headerBytes, 6)
  frame.write(header, PREFIX_BYTES, 'utf8')
  frame.set(body, PREFIX_BYTES + headerBytes)
  return frame
}

/** The same frame for the next link. Overwrites the id in place: a relayed body is never copied. */
export function withId(frame: Frame, id: number): Uint8Array {
  new DataView(frame.bytes.buffer, frame.bytes.byteOffset).setUint32(2, id)
  return frame.bytes
}

/** How many bytes a CREDIT frame grants. */
export function creditOf(frame: Pick<Frame, 'body'>): number {
  return new DataView(frame.body.buffer, frame.body.byteOffset, frame.body.byteLength).getUint32(0)
}

export function encodeCredit(id: number, bytes: number): Uint8Array {
  const body = Buffer.allocUnsafe(4)
  body.writeUInt32BE(bytes, 0)
  return encodeFrame({ kind: FrameKind.CREDIT, id, body })
}
