import { readFileSync, readdirSync } from 'node:fs'

export interface ProcessStat {
  pid: number
  ppid: number
  /** The kernel's name of it, at most 15 characters. */
  name: string
  state: string
  /** CPU time used since it began, in clock ticks. */
  ticks: number
  /** When it began, in clock ticks since boot: with the pid it names one process for ever. */
  startTicks: number
  rssPages: number
}

/** Reads `/proc/<pid>/stat`. The name may hold spaces and parentheses, so the last `)` ends it. */
export function parseProcessStat(text: string): ProcessStat | null {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return null
  const rest = text.slice(close + 2).split(' ')
  if (rest.length < 22) return null
  return {
    pid: Number(text.slice(0, open)),
    ppid: Number(rest[1]),
    name: text.slice(open + 1, close),
    state: rest[0] ?? '?',
    ticks: Number(rest[11]) + Number(rest[12]),
    startTicks: Number(rest[19]),
    rssPages: Number(rest[21]),
  }
}

/** One process, or null when there is none of that number. */
export function readProcess(procRoot: string, pid: number): ProcessStat | null {
  try {
    return parseProcessStat(readFileSync(`${procRoot}/${pid}/stat`, 'utf8'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return null
    throw error
  }
}

/** The numbers of all processes. */
export function listPids(procRoot: string): number[] {
  const pids: number[] = []
  for (const entry of readdirSync(procRoot)) {
    const pid = Number(entry)
    if (Number.isInteger(pid) && pid > 0) pids.push(pid)
  }
  return pids
}
