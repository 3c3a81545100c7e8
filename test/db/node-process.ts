import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

const said = z.object({ url: z.string().optional(), error: z.string().optional(), log: z.string().optional() })

/** A process that runs `embedded-node.ts` and what it said up to its URL or its error. */
export interface NodeProcess {
  pid: number
  url: string | undefined
  error: string | undefined
  logs: string[]
  /** Sends the signal and waits for the end of the process. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

const firstWordTimeoutMs = 20_000

/** Starts it from `checkout`, as another user when `uid` is given; it is ended with the test. */
export async function startNodeProcess(use: {
  dataDir: string
  checkout: string
  node?: string
  uid?: number | undefined
  home?: string
}): Promise<NodeProcess> {
  const child = spawn(use.node ?? process.execPath, [`${use.checkout}/test/db/embedded-node.ts`, use.dataDir], {
    cwd: '/',
    uid: use.uid,
    gid: use.uid,
    env: { PATH: process.env.PATH, HOME: use.home ?? '/nonexistent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  onTestFinished(() => end('SIGTERM'))
  const logs: string[] = []
  const timer = setTimeout(() => child.kill('SIGKILL'), firstWordTimeoutMs)
  try {
    for await (const line of createInterface(child.stdout)) {
      const word = said.parse(JSON.parse(line))
      if (word.log) logs.push(word.log)
      else return { pid: child.pid ?? 0, url: word.url, error: word.error, logs, end }
    }
  } finally {
    clearTimeout(timer)
    child.stdout.resume()
  }
  throw new Error(`the process ended without a word; its log: ${logs.join(' | ')}`)
}
