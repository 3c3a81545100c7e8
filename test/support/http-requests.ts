const headEnd = Buffer.from('\r\n\r\n')
const lastChunk = Buffer.from('0\r\n\r\n')

/**
 * Cuts what one side of a connection sends into whole HTTP/1.1 requests: give it the pieces as they come, and it answers
 * those that are complete now. From an upgrade on (a WebSocket) it answers nothing more.
 */
export function requestSplitter(): (piece: Buffer) => Buffer[] {
  let held: Buffer = Buffer.alloc(0)
  let isUpgraded = false
  return (piece) => {
    if (isUpgraded) return []
    held = Buffer.concat([held, piece])
    const whole: Buffer[] = []
    for (;;) {
      const bytes = lengthOfFirst(held)
      if (bytes === 'upgrade') {
        isUpgraded = true
        held = Buffer.alloc(0)
        return whole
      }
      if (bytes === null || bytes > held.length) return whole
      whole.push(held.subarray(0, bytes))
      held = held.subarray(bytes)
    }
  }
}

/** Bytes of the first request in the text; null while that cannot be known yet. */
function lengthOfFirst(text: Buffer): number | 'upgrade' | null {
  const end = text.indexOf(headEnd)
  if (end < 0) return null
  const head = text.subarray(0, end).toString('latin1').toLowerCase()
  if (/^upgrade:/m.test(head)) return 'upgrade'
  const bodyAt = end + headEnd.length
  if (/^transfer-encoding: *chunked/m.test(head)) {
    const lastAt = text.indexOf(lastChunk, bodyAt)
    return lastAt < 0 ? null : lastAt + lastChunk.length
  }
  return bodyAt + Number(/^content-length: *(\d+)/m.exec(head)?.[1] ?? 0)
}
