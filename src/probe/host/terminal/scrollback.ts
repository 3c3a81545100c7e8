/** The newest output of a terminal, at most `maxBytes` of it. */
export interface Scrollback {
  append(bytes: Uint8Array): void
  /** A copy, beginning at the start of a line or at least of a character when older output is gone. */
  snapshot(): { bytes: Uint8Array; truncated: boolean }
}

export function createScrollback(maxBytes: number): Scrollback {
  const ring = Buffer.alloc(maxBytes)
  let total = 0

  return {
    append(bytes) {
      const kept = bytes.subarray(Math.max(0, bytes.length - maxBytes))
      total += bytes.length - kept.length
      const at = total % maxBytes
      const first = kept.subarray(0, maxBytes - at)
      ring.set(first, at)
      ring.set(kept.subarray(first.length), 0)
      total += kept.length
    },
    snapshot() {
      if (total <= maxBytes) return { bytes: Uint8Array.from(ring.subarray(0, total)), truncated: false }
      const at = total % maxBytes
      const whole = Buffer.concat([ring.subarray(at), ring.subarray(0, at)])
      return { bytes: whole.subarray(cleanStart(whole)), truncated: true }
    },
  }
}

const LINE_SEARCH_BYTES = 4096
const LINE_FEED = 10

/** Where output that was cut anywhere can be shown from: after its first line end, else at its first whole character. */
export function cleanStart(bytes: Uint8Array): number {
  const lineEnd = bytes.subarray(0, LINE_SEARCH_BYTES).indexOf(LINE_FEED)
  if (lineEnd >= 0) return lineEnd + 1
  let at = 0
  while (at < 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1
  return at
}
