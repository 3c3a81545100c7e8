import { LinkError } from './fault.ts'
import type { Frame } from './frame.ts'

export interface HeldOpenings {
  has(id: number): boolean
  /** Passes the opening on by `go` once `permit` resolves; refuses it when that rejects or takes too long. */
  hold(frame: Frame, permit: Promise<void>, go: () => void): void
  /** Whoever asked has given up. False when nothing of that id is held. */
  drop(id: number): boolean
  /** The link is gone: nothing is passed on any more. */
  clear(): void
}

/** Calls and streams that wait at a middle node until it has written down that they pass. */
export function createHeldOpenings(parts: {
  selfId: string
  maxHeld: number
  timeoutMs: number
  refuse: (frame: Frame, error: unknown) => void
}): HeldOpenings {
  const { selfId, maxHeld, timeoutMs, refuse } = parts
  const held = new Map<number, NodeJS.Timeout>()

  function release(id: number): boolean {
    clearTimeout(held.get(id))
    return held.delete(id)
  }

  return {
    has: (id) => held.has(id),
    hold(frame, permit, go) {
      const { id } = frame
      const settle = (then: () => void) => {
        // Given up, refused or cut off meanwhile; the id may belong to another by now.
        if (held.get(id) !== timer) return
        release(id)
        then()
      }
      const tooSlow = () =>
        refuse(frame, new LinkError('OVERLOADED', selfId, 'what passes could not be logged in time'))
      const timer = setTimeout(() => settle(tooSlow), timeoutMs)
      if (held.size >= maxHeld) {
        clearTimeout(timer)
        permit.catch(() => undefined)
        return refuse(frame, new LinkError('OVERLOADED', selfId))
      }
      held.set(id, timer)
      permit.then(
        () => settle(go),
        (error: unknown) => settle(() => refuse(frame, error)),
      )
    },
    drop: release,
    clear() {
      for (const id of [...held.keys()]) release(id)
    },
  }
}
