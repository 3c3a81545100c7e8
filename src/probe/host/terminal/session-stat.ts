/** What /proc/<pid>/stat says of a process's place among terminals. */
export interface SessionStat {
  pid: number
  /** Of the program, cut by the kernel after 15 bytes. */
  name: string
  /** The session it belongs to: the pid of its leader. */
  session: number
  /** Process group in the foreground of its terminal; -1 without one. */
  foregroundGroup: number
  /** It has ended and only waits to be noticed. */
  ended: boolean
}

/** Null when it is no such text. */
export function parseSessionStat(text: string): SessionStat | null {
  const end = text.lastIndexOf(')')
  const [state, , , session, , foregroundGroup] = text.slice(end + 2).split(' ')
  if (end < 0 || foregroundGroup === undefined) return null
  return {
    pid: Number.parseInt(text, 10),
    name: text.slice(text.indexOf('(') + 1, end),
    session: Number(session),
    foregroundGroup: Number(foregroundGroup),
    ended: state === 'Z' || state === 'X',
  }
}
