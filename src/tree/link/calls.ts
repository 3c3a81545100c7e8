import { LinkError } from './fault.ts'

export interface PendingCall {
  /** agent_id of the node that is asked: named when no answer comes. */
  target: string
  deadlineMs: number
  signal?: AbortSignal | undefined
}

export interface CallsOptions {
  maxPendingCalls: number
  nextId: () => number
  /** Tells the peer that nobody waits any more. */
  cancel: (id: number) => void
}

export interface Calls {
  /**
   * Waits for the answer of one call; `send` puts it on its way and says whether that was possible.
   * Rejects with LinkError TIMEOUT, CANCELLED or OVERLOADED, or with what `fail` and `failAll` are given.
   */
  start(call: PendingCall, send: (id: number) => boolean): Promise<Uint8Array>
  /** False when nobody waits for that id: an answer that came too late. */
  settle(id: number, body: Uint8Array): boolean
  fail(id: number, error: Error): boolean
  failAll(error: (target: string) => Error): void
  pending(): number
}

interface Waiter {
  target: string
  resolve: (body: Uint8Array) => void
  reject: (error: Error) => void
  forget: () => void
}

/** The calls of one link that wait for their answers. */
export function createCalls({ maxPendingCalls, nextId, cancel }: CallsOptions): Calls {
  const waiting = new Map<number, Waiter>()

  function take(id: number): Waiter | undefined {
    const waiter = waiting.get(id)
    waiting.delete(id)
    waiter?.forget()
    return waiter
  }

  function giveUp(id: number, error: Error): void {
    const waiter = take(id)
    if (!waiter) return
    cancel(id)
    waiter.reject(error)
  }

  return {
    start({ target, deadlineMs, signal }, send) {
      if (signal?.aborted) return Promise.reject(new LinkError('CANCELLED', target))
      if (waiting.size >= maxPendingCalls) {
        return Promise.reject(new LinkError('OVERLOADED', target, `${waiting.size} calls are pending`))
      }
      const id = nextId()
      return new Promise<Uint8Array>((resolve, reject) => {
        const timer = setTimeout(
          () => giveUp(id, new LinkError('TIMEOUT', target, `after ${deadlineMs} ms`)),
          deadlineMs,
        )
        const onAbort = () => giveUp(id, new LinkError('CANCELLED', target))
        signal?.addEventListener('abort', onAbort, { once: true })
        const forget = () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', onAbort)
        }
        waiting.set(id, { target, resolve, reject, forget })
        if (!send(id)) take(id)?.reject(new LinkError('OVERLOADED', target, 'the link has no room'))
      })
    },
    settle(id, body) {
      const waiter = take(id)
      waiter?.resolve(body)
      return waiter !== undefined
    },
    fail(id, error) {
      const waiter = take(id)
      waiter?.reject(error)
      return waiter !== undefined
    },
    failAll(error) {
      for (const id of [...waiting.keys()]) {
        const waiter = take(id)
        waiter?.reject(error(waiter.target))
      }
    },
    pending: () => waiting.size,
  }
}
