import { tooManyWaiting } from '../nginx.errors.ts'

/** One at a time, in the order asked. */
export interface Turns {
  /** Throws CONFLICT when too many wait already, and the signal's reason when it is aborted before the turn comes. */
  take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

export function createTurns({ maxWaiting }: { maxWaiting: number }): Turns {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return {
    async take(work, signal) {
      if (waiting > maxWaiting) throw tooManyWaiting()
      waiting += 1
      const before = last
      const turn = Promise.withResolvers<void>()
      last = turn.promise
      try {
        await before
        signal?.throwIfAborted()
        return await work()
      } finally {
        waiting -= 1
        turn.resolve()
      }
    },
  }
}
