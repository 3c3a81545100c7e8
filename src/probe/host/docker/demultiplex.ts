const HEADER_BYTES = 8

/**
 * Takes the frames off the output of a container without a terminal (stream u8 · 0 0 0 · length u32): stdout and stderr in
 * the order in which the engine has them. Chunks may be cut anywhere; payload is handed on as it comes.
 */
export function createDemultiplexer(): (chunk: Uint8Array) => Uint8Array[] {
  const header = Buffer.alloc(HEADER_BYTES)
  let filled = 0
  let missing = 0
  return (chunk) => {
    const payload: Uint8Array[] = []
    for (let at = 0; at < chunk.length;) {
      if (missing === 0) {
        header[filled++] = chunk[at++] ?? 0
        if (filled < HEADER_BYTES) continue
        filled = 0
        missing = header.readUInt32BE(4)
        continue
      }
      const piece = chunk.subarray(at, at + missing)
      at += piece.length
      missing -= piece.length
      payload.push(piece)
    }
    return payload
  }
}
