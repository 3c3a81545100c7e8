/** How long terminals may live and how many there may be. */
export interface TerminalLimits {
  maxSessions: number
  maxSessionsPerPerson: number
  /** From its start to the first attachment. */
  firstAttachMs: number
  /** Without an attachment, after the first. */
  detachedMs: number
  /** Without a keystroke and without output. */
  idleMs: number
  scrollbackBytes: number
}

export const defaultTerminalLimits: TerminalLimits = {
  maxSessions: 32,
  maxSessionsPerPerson: 8,
  firstAttachMs: 60_000,
  detachedMs: 600_000,
  idleMs: 3_600_000,
  scrollbackBytes: 262_144,
}

export interface SessionTimes {
  createdAtMs: number
  lastActivityAtMs: number
  /** Null while somebody is attached; else since when nobody is. */
  detachedSinceMs: number | null
  everAttached: boolean
  exited: boolean
}

export type EndReason = 'never_attached' | 'detached' | 'idle'

/** Why a session has to end now; null when it may go on. */
export function whyEnd(times: SessionTimes, nowMs: number, limits: TerminalLimits): EndReason | null {
  const { detachedSinceMs } = times
  if (detachedSinceMs !== null) {
    if (!times.everAttached && nowMs - times.createdAtMs >= limits.firstAttachMs) return 'never_attached'
    if (nowMs - detachedSinceMs >= limits.detachedMs) return 'detached'
  }
  return !times.exited && nowMs - times.lastActivityAtMs >= limits.idleMs ? 'idle' : null
}

/** Which limit a further session of that person would break; null when there is room. */
export function whyNoRoom(
  running: readonly { createdBy: string }[],
  createdBy: string,
  limits: TerminalLimits,
): { whose: 'node' | 'person'; max: number } | null {
  if (running.length >= limits.maxSessions) return { whose: 'node', max: limits.maxSessions }
  const own = running.filter((session) => session.createdBy === createdBy).length
  return own >= limits.maxSessionsPerPerson ? { whose: 'person', max: limits.maxSessionsPerPerson } : null
}
