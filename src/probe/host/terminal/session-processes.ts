import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type SessionStat, parseSessionStat } from './session-stat.ts'

const POLL_MS = 50

/** Null when the process is gone or hidden from this user. */
function readStat(pid: string | number): SessionStat | null {
  try {
    return parseSessionStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return null
    throw error
  }
}

/** The living processes of a terminal's session, in whatever process group they are. */
export function sessionMembers(session: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(readStat)
    .filter((stat) => stat !== null)
    .filter((stat) => stat.session === session && !stat.ended)
    .map(({ pid }) => pid)
}

/**
 * Ends everything in a terminal: a hang-up, as if its line was cut, and what is left after `killAfterMs` is killed. A
 * session id is not given to anybody else while a process of it lives, so none but its own are met.
 */
export async function endSession(session: number, { killAfterMs }: { killAfterMs: number }): Promise<void> {
  signalAll(sessionMembers(session), ['SIGHUP', 'SIGCONT'])
  const deadline = performance.now() + killAfterMs
  for (;;) {
    const left = sessionMembers(session)
    if (left.length === 0) return
    if (performance.now() >= deadline) return signalAll(left, ['SIGKILL'])
    await delay(POLL_MS)
  }
}

function signalAll(pids: number[], signals: NodeJS.Signals[]): void {
  for (const pid of pids) for (const signal of signals) trySignal(pid, signal)
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Gone meanwhile, or a program of another user that the person started with sudo: it gets the hang-up of its terminal.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}

/** Where the program in the foreground of a terminal works, else its shell; null when neither can be seen. */
export function workingFolder(shellPid: number): string | null {
  const foreground = readStat(shellPid)?.foregroundGroup
  return (foreground !== undefined && foreground > 0 ? folderOf(foreground) : null) ?? folderOf(shellPid)
}

/** Name of the program that runs in front of the shell; null when there is none, or it cannot be seen. */
export function foregroundProgram(shellPid: number): string | null {
  const foreground = readStat(shellPid)?.foregroundGroup
  if (foreground === undefined || foreground <= 0 || foreground === shellPid) return null
  return readStat(foreground)?.name ?? null
}

function folderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return null
    throw error
  }
}
