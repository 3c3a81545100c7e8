import { LinkError } from './fault.ts'
import { createFifo } from './fifo.ts'
import { MAX_DATA_BYTES } from './frame.ts'
import { FRAME_COST_BYTES, MAX_WINDOW_BYTES, costOf } from './limits.ts'

/** One end of a stream of bytes, readable and writable, as its user holds it. */
export interface Stream extends AsyncIterable<Uint8Array> {
  /** The next bytes, or null after the other end has ended. One reader at a time. Rejects when the stream was reset or lost. */
  read(): Promise<Uint8Array | null>
  /**
   * Resolves when the other end's window had room for all of it: who awaits this needs no further bound.
   * `bytes` must not be changed before. Who does not await is refused beyond MAX_UNSENT_BYTES, and the stream reset.
   */
  write(bytes: Uint8Array): Promise<void>
  /** Half-close: no more will be written; reading goes on. Resolves when all that was written is on its way. */
  end(): Promise<void>
  /** Breaks both directions off; what was not yet delivered is lost. The other end's read and write reject with `error`. */
  reset(error: Error): void
  /** Aborted, with the error as its reason, when the stream breaks; not by an orderly end. */
  readonly signal: AbortSignal
  /** Null when both ends have ended, else the error that broke the stream. Never rejects. */
  readonly closed: Promise<Error | null>
}

/** What the frames of the other end do to this one. */
export interface StreamEnd {
  stream: Stream
  /** False: the sender overran what it was granted. */
  onData(bytes: Uint8Array): boolean
  /** False: more was granted than any window may be wide. */
  onCredit(bytes: number): boolean
  onEnd(): void
  /** Breaks the stream without telling the other end, which knows. */
  fail(error: Error): void
  /** What arrives from now on is thrown away, and no more is granted. */
  discard(): void
}

export interface StreamPort {
  data(bytes: Uint8Array): void
  credit(bytes: number): void
  end(): void
  reset(error: Error): void
  /** Both directions are over: the id may be forgotten. */
  finished(): void
}

export interface StreamOptions {
  port: StreamPort
  /** agent_id of the other end, for errors. */
  target: string
  /** What the other end may send before this one reads. */
  windowBytes: number
  /** What this end may send at once. */
  creditBytes: number
}

export const MAX_UNSENT_BYTES = 1024 * 1024

interface Unsent {
  bytes: Uint8Array
  sent: () => void
  failed: (error: Error) => void
}

/** Who does not await a write learns of its failure from `closed` and `signal`: not being awaited must not end the process. */
function observed(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined)
  return promise
}

/** Credits, half-close and reset of one stream end; knows nothing of frames or sockets. */
export function createStreamEnd({ port, target, windowBytes, creditBytes }: StreamOptions): StreamEnd {
  const arrived = createFifo<Uint8Array>()
  const unsent = createFifo<Unsent>()
  const abort = new AbortController()
  const closed = Promise.withResolvers<Error | null>()
  let reader: PromiseWithResolvers<Uint8Array | null> | null = null
  let granted = windowBytes
  let consumed = 0
  let credit = creditBytes
  let unsentBytes = 0
  let failure: Error | null = null
  let discarding = false
  let theyEnded = false
  let weEnded = false
  let endSent: PromiseWithResolvers<void> | null = null

  function fail(error: Error): void {
    if (failure || (theyEnded && weEnded)) return
    failure = error
    // What came before an orderly end stays readable; what a broken stream left behind does not.
    if (!theyEnded) {
      arrived.clear()
      reader?.reject(error)
      reader = null
    }
    for (let item = unsent.shift(); item; item = unsent.shift()) item.failed(error)
    endSent?.reject(error)
    port.finished()
    abort.abort(error)
    closed.resolve(error)
  }

  function finishIfOver(): void {
    if (failure || !theyEnded || !weEnded) return
    port.finished()
    closed.resolve(null)
  }

  function flush(): void {
    for (let item = unsent.peek(); item && !failure; item = unsent.peek()) {
      if (credit <= FRAME_COST_BYTES) return
      const size = Math.min(item.bytes.length, MAX_DATA_BYTES, credit - FRAME_COST_BYTES)
      credit -= costOf(size)
      unsentBytes -= size
      const piece = item.bytes.subarray(0, size)
      item.bytes = item.bytes.subarray(size)
      if (item.bytes.length === 0) unsent.shift()?.sent()
      port.data(piece)
    }
    if (!endSent || weEnded || failure) return
    weEnded = true
    port.end()
    endSent.resolve()
    finishIfOver()
  }

  function consume(bytes: Uint8Array): Uint8Array {
    consumed += costOf(bytes.length)
    // In halves of the window: a credit for every chunk would cost as much as the chunks.
    if (consumed * 2 >= windowBytes && !theyEnded && !failure && !discarding) {
      granted += consumed
      port.credit(consumed)
      consumed = 0
    }
    return bytes
  }

  const stream: Stream = {
    signal: abort.signal,
    closed: closed.promise,
    read() {
      const bytes = arrived.shift()
      if (bytes) return Promise.resolve(consume(bytes))
      if (theyEnded) return Promise.resolve(null)
      if (failure) return Promise.reject(failure)
      if (reader) return Promise.reject(new TypeError('a stream has one reader at a time'))
      reader = Promise.withResolvers()
      return reader.promise
    },
    write(bytes) {
      if (failure) return Promise.reject(failure)
      if (endSent) return Promise.reject(new TypeError('write after end'))
      if (bytes.length === 0) return Promise.resolve()
      if (unsentBytes > 0 && unsentBytes + bytes.length > MAX_UNSENT_BYTES) {
        const error = new LinkError('OVERLOADED', target, `${unsentBytes} bytes were written and not awaited`)
        stream.reset(error)
        return Promise.reject(error)
      }
      const written = new Promise<void>((sent, failed) => {
        unsent.push({ bytes, sent, failed })
        unsentBytes += bytes.length
        flush()
      })
      return observed(written)
    },
    end() {
      if (failure) return Promise.reject(failure)
      endSent ??= Promise.withResolvers()
      const { promise } = endSent
      flush()
      return observed(promise)
    },
    reset(error) {
      if (failure || (theyEnded && weEnded)) return
      port.reset(error)
      fail(error)
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) yield bytes
      } finally {
        if (!theyEnded) stream.reset(new LinkError('CANCELLED', target, 'the reader stopped'))
      }
    },
  }

  return {
    stream,
    onData(bytes) {
      if (failure) return true
      const cost = costOf(bytes.length)
      if (theyEnded || cost > granted) return false
      granted -= cost
      if (discarding) return true
      if (reader) {
        const { resolve } = reader
        reader = null
        resolve(consume(bytes))
      } else {
        arrived.push(bytes)
      }
      return true
    },
    onCredit(bytes) {
      if (credit + bytes > MAX_WINDOW_BYTES) return false
      credit += bytes
      flush()
      return true
    },
    onEnd() {
      if (theyEnded || failure) return
      theyEnded = true
      reader?.resolve(null)
      reader = null
      finishIfOver()
    },
    fail,
    discard() {
      discarding = true
      arrived.clear()
    },
  }
}
