import type { Stream } from '../../tree/link/stream.ts'

/**
 * The same stream, whose break is told once to `onBroken`: what that resolves to is what reads and writes reject with.
 * A stream that its own user reset is not broken.
 */
export function watchStream(stream: Stream, onBroken: (error: unknown) => Promise<unknown>): Stream {
  let isGivenUp = false
  let told: Promise<unknown> | null = null

  async function watched<T>(doing: Promise<T>): Promise<T> {
    try {
      return await doing
    } catch (error) {
      if (isGivenUp) throw error
      told ??= onBroken(error)
      throw await told
    }
  }
  /** As with the stream itself: who does not await must not end the process. */
  function observed(promise: Promise<void>): Promise<void> {
    promise.catch(() => undefined)
    return promise
  }
  const read = () => watched(stream.read())

  return {
    read,
    write: (bytes) => observed(watched(stream.write(bytes))),
    end: () => observed(watched(stream.end())),
    reset(error) {
      isGivenUp = true
      stream.reset(error)
    },
    signal: stream.signal,
    closed: stream.closed,
    async *[Symbol.asyncIterator]() {
      for (let bytes = await read(); bytes !== null; bytes = await read()) yield bytes
    },
  }
}
