import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'

/** A program of the bench in a process of its own, spoken to by messages. */
export interface Program {
  pid: number
  /** Where it listens; 0 when it does not. */
  port: number
  /** Sends a message and waits for the next answer. Rejects when the program ends, or after `timeoutMs`. */
  ask(message: object, timeoutMs?: number): Promise<unknown>
  stop(): Promise<void>
}

const folder = join(import.meta.dirname, '..')
const readyTimeoutMs = 30_000

/** Starts `bench/<name>.ts` and waits for its first message, which `ready` carries. */
export async function startProgram(name: string, options: object = {}): Promise<Program> {
  const child = fork(join(folder, `${name}.ts`), [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.send(options)
  const ready = await nextMessage(child, name, readyTimeoutMs)
  return {
    port: (ready as { port?: number }).port ?? 0,
    pid: child.pid ?? 0,
    ask(message, timeoutMs = 120_000) {
      const answer = nextMessage(child, name, timeoutMs)
      child.send(message)
      return answer
    },
    stop: () => ended(child),
  }
}

function nextMessage(child: ChildProcess, name: string, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new Error(`${name}: no answer in ${timeoutMs} ms`))), timeoutMs)
    const onMessage = (message: unknown) => settle(() => resolve(message))
    const onExit = (code: number | null) => settle(() => reject(new Error(`${name} ended with ${code}`)))
    function settle(act: () => void): void {
      clearTimeout(timer)
      child.off('message', onMessage).off('exit', onExit)
      act()
    }
    child.once('message', onMessage).once('exit', onExit)
  })
}

/** Asks a process to end, and makes it end after 6 s. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 6_000)
  await gone
  clearTimeout(timer)
}
