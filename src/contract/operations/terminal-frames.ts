import { TerminalNote } from './terminal.ts'

/**
 * What flows through the stream of an attachment, both ways and in order: kind u8 · length u24, big endian · payload.
 * Kind 0 is raw bytes of the terminal, kind 1 a note as JSON. One stream for both, so that a resize stands exactly
 * between the keystrokes it was made between.
 */
const DATA = 0
const NOTE = 1
const HEADER_BYTES = 4
const MAX_NOTE_BYTES = 4096
/** The longest run of raw bytes in one frame. */
export const MAX_TERMINAL_DATA_BYTES = 65_536

export type TerminalPart = { type: 'data'; bytes: Uint8Array } | { type: 'note'; note: TerminalNote }

/** Something came that is no frame; the stream cannot be read any further. */
export class MalformedTerminalStream extends Error {
  constructor(why: string) {
    super(`the terminal stream is malformed: ${why}`)
    this.name = 'MalformedTerminalStream'
  }
}

/** Frames of raw bytes; more than one when there are more bytes than a frame may hold. */
export function encodeTerminalData(bytes: Uint8Array): Uint8Array {
  const frames: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += MAX_TERMINAL_DATA_BYTES) {
    const piece = bytes.subarray(at, at + MAX_TERMINAL_DATA_BYTES)
    frames.push(header(DATA, piece.length), piece)
  }
  return Buffer.concat(frames)
}

export function encodeTerminalNote(note: TerminalNote): Uint8Array {
  const body = Buffer.from(JSON.stringify(note))
  return Buffer.concat([header(NOTE, body.length), body])
}

function header(kind: number, length: number): Uint8Array {
  return Uint8Array.of(kind, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff)
}

/**
 * Reads frames out of chunks that were cut anywhere. Raw bytes are handed on as they come, without waiting for the end
 * of their frame. The returned function throws MalformedTerminalStream.
 */
export function createTerminalReader(): (chunk: Uint8Array) => TerminalPart[] {
  const head = new Uint8Array(HEADER_BYTES)
  let headFilled = 0
  let kind = DATA
  let missing = 0
  let note: Uint8Array[] = []

  function begin(): void {
    kind = head[0] ?? DATA
    missing = ((head[1] ?? 0) << 16) | ((head[2] ?? 0) << 8) | (head[3] ?? 0)
    if (kind !== DATA && kind !== NOTE) throw new MalformedTerminalStream(`kind ${kind}`)
    const maxBytes = kind === NOTE ? MAX_NOTE_BYTES : MAX_TERMINAL_DATA_BYTES
    if (missing === 0 || missing > maxBytes) throw new MalformedTerminalStream(`length ${missing}`)
  }

  return (chunk) => {
    const parts: TerminalPart[] = []
    for (let at = 0; at < chunk.length;) {
      if (headFilled < HEADER_BYTES) {
        head[headFilled++] = chunk[at++] ?? 0
        if (headFilled === HEADER_BYTES) begin()
        continue
      }
      const piece = chunk.subarray(at, at + missing)
      at += piece.length
      missing -= piece.length
      if (kind === DATA) parts.push({ type: 'data', bytes: piece })
      else note.push(piece)
      if (missing > 0) continue
      headFilled = 0
      if (kind === NOTE) parts.push({ type: 'note', note: readNote(note) })
      note = []
    }
    return parts
  }
}

function readNote(pieces: Uint8Array[]): TerminalNote {
  try {
    return TerminalNote.parse(JSON.parse(Buffer.concat(pieces).toString('utf8')))
  } catch {
    throw new MalformedTerminalStream('a note that nobody knows')
  }
}
