import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import { inheritedEnvironment } from '../../platform/run-process.ts'
import { jsonOrNull } from '../monitor-client.ts'
import { printable } from '../printable.ts'

/** A node of the demo as a process of its own. */
export interface NodeProcess {
  id: string
  url: string
  /** Starts it, or starts it again after a kill, and waits until it answers. */
  start(): Promise<void>
  /** `kill -9`: its own PostgreSQL lives on, as after a crash. */
  kill(): Promise<void>
  /** The last warnings and errors of its log, as a person reads them. */
  complaints(): string[]
}

const startTimeoutMs = 60_000
const pollMs = 50
const shownLogLines = 8
const shownComplaints = 3
const LogEntry = z.object({
  level: z.enum(['warn', 'error', 'fatal']),
  msg: z.string(),
  err: z.object({ message: z.string() }).optional(),
})

export function createNodeProcess(use: {
  id: string
  folder: string
  port: number
  config: object
  program: readonly string[]
  /** Added to the environment: the model of the root. */
  env: NodeJS.ProcessEnv
  signal: AbortSignal
}): NodeProcess {
  const { id, folder, port, signal } = use
  const url = `http://127.0.0.1:${port}`
  const configFile = join(folder, 'cortex.yaml')
  const logFile = join(folder, 'log')
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  writeFileSync(configFile, stringify(use.config), { mode: 0o600 })
  let child: ChildProcess | null = null

  function launch(): ChildProcess {
    const [runtime = '', ...script] = use.program
    const log = openSync(logFile, 'a', 0o600)
    try {
      return spawn(runtime, [...script, 'start', '--config', configFile], {
        cwd: folder,
        env: { ...inheritedEnvironment(process.env), ...use.env },
        // Ctrl-C is for the demo, which ends its nodes in good order.
        detached: true,
        stdio: ['ignore', log, log],
      })
    } finally {
      closeSync(log)
    }
  }

  async function answers(): Promise<boolean> {
    try {
      return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1_000) })).ok
    } catch {
      // Not up yet; the caller asks again until its time is over.
      return false
    }
  }

  return {
    id,
    url,
    async start() {
      const running = launch()
      child = running
      const failed = new Promise<never>((_resolve, reject) => running.once('error', reject))
      const endsAt = performance.now() + startTimeoutMs
      while (!(await Promise.race([answers(), failed]))) {
        signal.throwIfAborted()
        const ended = running.exitCode ?? running.signalCode
        if (ended !== null) throw new Error(`${id} ended (${ended}) before it was up:\n${lastLines(logFile)}`)
        if (performance.now() > endsAt) throw new Error(`${id} was not up in time:\n${lastLines(logFile)}`)
        await new Promise((resolve) => setTimeout(resolve, pollMs))
      }
    },
    async kill() {
      const running = child
      if (!running || running.exitCode !== null || running.signalCode !== null) return
      const ended = new Promise((resolve) => running.once('exit', resolve))
      running.kill('SIGKILL')
      await ended
    },
    complaints: () => complaintsIn(readFileSync(logFile, 'utf8')).slice(-shownComplaints),
  }
}

/** The warnings and errors of a log, one line each. */
export function complaintsIn(log: string): string[] {
  return log.split('\n').flatMap((line) => {
    const entry = LogEntry.safeParse(jsonOrNull(line))
    if (!entry.success) return []
    const { level, msg, err } = entry.data
    return [printable(`${level}: ${msg}${err ? ` (${err.message})` : ''}`)]
  })
}

function lastLines(file: string): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-shownLogLines)
  return lines.map((line) => `    ${line.slice(0, 500)}`).join('\n')
}
