/** What still has to go to whoever is attached; it knows how much that is, so that the terminal can be held back. */
export interface Outlet {
  push(bytes: Uint8Array): void
  pendingBytes(): number
  /** Resolves when all that was pushed has been taken, or the other end is gone. */
  drained(): Promise<void>
  /** Throws away what was not yet taken; nothing more is. */
  drop(): void
}

const MAX_PIECE_BYTES = 32_768
/** A piece of this size is no echo and no line but part of a transfer: what follows it is gathered. */
const TRANSFER_BYTES = 2_048
/**
 * How long, at most, and how much. A program that writes in short pieces is read in short pieces; passed on one by one,
 * each costs a system call at every node of the way, which is most of what a transfer costs.
 */
const GATHER_MS = 2
const ENOUGH_BYTES = 16_384

/** `write` resolves when there is room for more; `onRoom` is called after each. A write that rejects drops the rest. */
export function createOutlet(parts: { write: (bytes: Uint8Array) => Promise<void>; onRoom: () => void }): Outlet {
  let waiting: Uint8Array[] = []
  let bytesPending = 0
  let dropped = false
  let pumping: Promise<void> | null = null
  let enough: () => void = () => undefined

  async function gathered(): Promise<void> {
    if (dropped || bytesPending >= ENOUGH_BYTES) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS)
      enough = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Many small reads of the terminal as one write; a large one is a write as it is. */
  function nextPiece(): Uint8Array {
    let size = 0
    let count = 0
    while (count < waiting.length && (count === 0 || size + (waiting[count]?.length ?? 0) <= MAX_PIECE_BYTES)) {
      size += waiting[count]?.length ?? 0
      count += 1
    }
    const pieces = waiting.splice(0, count)
    const [first] = pieces
    return first && count === 1 ? first : Buffer.concat(pieces)
  }

  function drop(): void {
    dropped = true
    waiting = []
    bytesPending = 0
    enough()
  }

  async function pump(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const piece = nextPiece()
        await parts.write(piece)
        bytesPending = Math.max(0, bytesPending - piece.length)
        parts.onRoom()
        if (piece.length >= TRANSFER_BYTES) await gathered()
      }
    } catch {
      // The stream is broken: its reader ends the attachment and says why.
      drop()
    } finally {
      pumping = null
    }
  }

  return {
    push(bytes) {
      if (dropped || bytes.length === 0) return
      waiting.push(bytes)
      bytesPending += bytes.length
      if (bytesPending >= ENOUGH_BYTES) enough()
      pumping ??= pump()
    },
    pendingBytes: () => bytesPending,
    drained: () => pumping ?? Promise.resolve(),
    drop,
  }
}
