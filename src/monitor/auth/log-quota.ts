const minuteMs = 60_000

export type LogTurn =
  | { isLogged: true; /** Passed over since the last one that was logged. */ notLogged: number }
  | { isLogged: false }

/** Lets so many events of any minute into a log, and counts the others for the next that comes in. */
export function createLogQuota({ perMinute, clock }: { perMinute: number; clock: () => number }) {
  let minute = -1
  let logged = 0
  let notLogged = 0
  return {
    next(): LogTurn {
      const now = Math.floor(clock() / minuteMs)
      if (now !== minute) {
        minute = now
        logged = 0
      }
      if (logged >= perMinute) {
        notLogged += 1
        return { isLogged: false }
      }
      logged += 1
      const turn: LogTurn = { isLogged: true, notLogged }
      notLogged = 0
      return turn
    },
  }
}
