import { CloseCode } from './close-codes.ts'

/** Why nobody more comes in. */
export type NoSeat = 'full' | 'holder-full' | 'stopping'

export interface Seat {
  /** The socket is open; `leave` closes it. Closes it at once when the seat became void meanwhile. */
  occupy(leave: (code: CloseCode, reason: string) => void): void
  /** The socket is gone. May be called any number of times. */
  release(): void
}

interface Place {
  leave: ((code: CloseCode, reason: string) => void) | undefined
  ended: { code: CloseCode; reason: string } | undefined
}

/** Counts sockets, also those that are still being opened or closed. */
export function createSeats<Holder>({ maxClients, maxPerHolder }: { maxClients: number; maxPerHolder: number }) {
  const ofHolders = new Map<Holder, Set<Place>>()
  let taken = 0
  let occupied = 0
  let stopping = false
  const empty = Promise.withResolvers<void>()

  function end(place: Place, code: CloseCode, reason: string): void {
    place.ended ??= { code, reason }
    place.leave?.(code, reason)
  }

  function whyNot(holder: Holder): NoSeat | null {
    if (stopping) return 'stopping'
    if (taken >= maxClients) return 'full'
    return (ofHolders.get(holder)?.size ?? 0) >= maxPerHolder ? 'holder-full' : null
  }

  return {
    take(holder: Holder): { ok: true; seat: Seat } | { ok: false; reason: NoSeat } {
      const reason = whyNot(holder)
      if (reason) return { ok: false, reason }
      const place: Place = { leave: undefined, ended: undefined }
      const ofHolder = ofHolders.get(holder) ?? new Set()
      ofHolders.set(holder, ofHolder.add(place))
      taken += 1
      return {
        ok: true,
        seat: {
          occupy(leave) {
            place.leave = leave
            occupied += 1
            if (place.ended) leave(place.ended.code, place.ended.reason)
          },
          release() {
            if (!ofHolder.delete(place)) return
            taken -= 1
            if (ofHolder.size === 0) ofHolders.delete(holder)
            if (place.leave) occupied -= 1
            if (stopping && occupied === 0) empty.resolve()
          },
        },
      }
    },
    /** Every token of this holder that was given until now is void. */
    voidOf(holder: Holder): void {
      for (const place of [...(ofHolders.get(holder) ?? [])]) end(place, CloseCode.UNAUTHORIZED, 'the token is void')
    },
    /** Gives out no more seats, ends the taken ones; returns when no socket is left. */
    async close(): Promise<void> {
      stopping = true
      for (const ofHolder of [...ofHolders.values()])
        for (const place of [...ofHolder]) end(place, CloseCode.GOING_AWAY, 'this monitor stops')
      if (occupied === 0) empty.resolve()
      await empty.promise
    },
  }
}

/** Places for sockets, counted by who holds them. */
export type Seats<Holder> = ReturnType<typeof createSeats<Holder>>
