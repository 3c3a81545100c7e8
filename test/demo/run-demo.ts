import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

const program = resolve(import.meta.dirname, '../../src/launch.cjs')

/** A demo as a process, in a temporary folder of its own. */
export interface RunningDemo {
  /** What it printed up to now. */
  output(): string
  /** Waits until it has printed this; rejects when it ends before. */
  printed(text: string): Promise<void>
  signal(signal: NodeJS.Signals): void
  /** Ends a node of its tree by SIGKILL. Throws where none of this id runs. */
  killNode(id: string): void
  /** Exit code, null when a signal ended it. */
  ended: Promise<number | null>
  /** Folders of it that are there, and processes that work in them or were started for them. */
  left(): string[]
}

/** Starts `cortex demo`. It is ended with the test. */
export function startDemo(...options: string[]): RunningDemo {
  const folder = mkdtempSync(join(tmpdir(), 'demo-test-'))
  chmodSync(folder, 0o711)
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CORTEX_|OPENAI_|DATABASE_URL$|VITEST)/.test(name),
  )
  const child = spawn(process.execPath, [program, 'demo', ...options], {
    env: { ...Object.fromEntries(inherited), TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (chunk: string) => (text += chunk))
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  const left = (): string[] => [...readdirSync(folder), ...processesAbout(folder)]
  onTestFinished(async () => {
    if (isRunning()) child.kill('SIGKILL')
    await ended
    for (let tries = 0; left().length > 0 && tries < 200; tries += 1) await delay(100)
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    output: () => text,
    async printed(wanted) {
      while (!text.includes(wanted)) {
        if (!isRunning()) throw new Error(`the demo ended before it printed "${wanted}":\n${text}`)
        await delay(50)
      }
    },
    signal: (signal) => void child.kill(signal),
    killNode(id) {
      const found = processesAbout(folder).find((line) => line.includes(' start --config ') && line.includes(`/${id}/`))
      if (found === undefined) throw new Error(`${id} does not run:\n${text}`)
      process.kill(Number.parseInt(found, 10), 'SIGKILL')
    },
    ended,
    left,
  }
}

function processesAbout(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const isAbout = command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
        return isAbout ? [`${pid}: ${command}`] : []
      } catch (error) {
        // It has just ended, or is another user's.
        if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
        throw error
      }
    })
}
