import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serviceUnavailable } from '../../contract/errors.ts'
import type { Account } from './account.ts'
import { serverEnvironment } from './cluster.ts'
import { readPostmasterPid, signalProcess } from './left-over.ts'
import { waitUntil } from './wait-until.ts'

/** A running PostgreSQL, our child process. */
export interface Server {
  pid: number
  /** Settles when the process ends and says how: `exit code 1`, `signal SIGKILL`. */
  exited: Promise<string>
  /** Fast shutdown, at most `timeoutMs` for it, then an immediate one (1 s), then SIGKILL. */
  stop(timeoutMs: number): Promise<void>
}

const maxReasonChars = 2_000
const immediateTimeoutMs = 1_000

/**
 * Starts `postgres` and waits until it takes connections. Recovery after a crash counts towards `startTimeoutMs`.
 * Throws `SERVICE_UNAVAILABLE` with what the server said.
 */
export async function startServer(use: {
  program: string
  clusterFolder: string
  /** Takes what the server says before it opens its own log; replaced at every start. */
  startLog: string
  serverArguments: string[]
  account: Account | undefined
  startTimeoutMs: number
}): Promise<Server> {
  const output = openSync(use.startLog, 'w', 0o600)
  const child = spawn(join(use.program, 'bin/postgres'), use.serverArguments, {
    cwd: use.clusterFolder,
    env: serverEnvironment(use.program),
    uid: use.account?.uid,
    gid: use.account?.gid,
    // Its own group: Ctrl-C in the terminal is for the node, which stops the server when it has finished.
    detached: true,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  let ended: string | undefined
  const exited = new Promise<string>((resolve) => {
    const end = (how: string): void => {
      ended = how
      resolve(how)
    }
    child.once('error', (error) => end(error.message))
    child.once('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`))
  })
  const pid = child.pid ?? 0
  const isReady = (): boolean => {
    const noted = readPostmasterPid(use.clusterFolder)
    return noted?.pid === pid && noted.ready
  }
  const server: Server = { pid, exited, stop: (timeoutMs) => stopServer(pid, exited, () => ended, timeoutMs) }
  const inTime = await waitUntil(() => ended !== undefined || isReady(), { timeoutMs: use.startTimeoutMs })
  if (inTime && ended === undefined) return server
  const how = ended ?? `no answer within ${use.startTimeoutMs} ms`
  if (ended === undefined) await server.stop(immediateTimeoutMs)
  const said = readFileSync(use.startLog, 'utf8').trim().slice(-maxReasonChars)
  throw serviceUnavailable(
    `PostgreSQL 无法启动（${how}）：${said || `见 ${use.clusterFolder}/log`}`,
    `PostgreSQL does not start (${how}): ${said || `see ${use.clusterFolder}/log`}`,
  )
}

async function stopServer(
  pid: number,
  exited: Promise<string>,
  ended: () => string | undefined,
  timeoutMs: number,
): Promise<void> {
  const hasEnded = (): boolean => ended() !== undefined
  if (hasEnded()) return
  signalProcess(pid, 'SIGINT')
  if (await waitUntil(hasEnded, { timeoutMs })) return
  signalProcess(pid, 'SIGQUIT')
  if (await waitUntil(hasEnded, { timeoutMs: immediateTimeoutMs })) return
  signalProcess(pid, 'SIGKILL')
  await exited
}
