import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

const sources = resolve(import.meta.dirname, '../../src/launch.cjs')
const upTimeoutMs = 60_000
const endTimeoutMs = 10_000
const maxLogLines = 400
const maxPrinted = 10_000

/** A node that runs as a process of its own. */
export interface NodeProcess {
  pid: number
  /** Its address, as it logged it. */
  url: string
  /** Its own, whatever address people use. */
  ownUrl: string
  /** The last lines it logged. */
  log: readonly string[]
  /** What it printed for a person. */
  printed(): string
  /** Gives the signal; with one that ends it, waits for its end. Resolves to the exit code, null after a kill. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
  freeze(): void
  thaw(): void
}

/** An account of the system, as whom a process runs. */
export interface ProcessUser {
  uid: number
  gid: number
}

/** `cortex start` with these variables and none of this process that mean something to a node. Rejects when it does not come up. */
export async function startNodeProcess(
  variables: Record<string, string>,
  {
    user,
    program = sources,
    preload,
  }: { user?: ProcessUser | undefined; program?: string | undefined; preload?: string | undefined } = {},
): Promise<NodeProcess> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CORTEX_|OPENAI_|DATABASE_URL$|NODE_OPTIONS$|VITEST)/.test(name),
  )
  const child = spawn(process.execPath, [...(preload ? ['--import', preload] : []), program, 'start'], {
    env: { ...Object.fromEntries(inherited), NODE_ENV: 'production', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed = (printed + text).slice(-maxPrinted)))
  const log: string[] = []
  const exited = new Promise<number | null>((ended) => child.once('close', (code) => ended(code)))
  const addresses = new Promise<{ url: string; ownUrl: string }>((up, failed) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      failed(new Error(`the node was not up within ${upTimeoutMs} ms\n${log.join('\n')}`))
    }, upTimeoutMs)
    createInterface(child.stderr).on('line', (line) => {
      log.push(line)
      if (log.length > maxLogLines) log.shift()
      const [, address, port] = /"address":"([^"]+)","port":(\d+).*"msg":"this node is up"/.exec(line) ?? []
      if (address === undefined) return
      clearTimeout(timer)
      up({ url: address, ownUrl: `http://127.0.0.1:${port}` })
    })
    void exited.then((code) => {
      clearTimeout(timer)
      failed(new Error(`the node ended with ${code} before it was up\n${log.join('\n')}`))
    })
  })
  return {
    ...(await addresses),
    pid: child.pid ?? 0,
    log,
    printed: () => printed,
    async end(signal) {
      child.kill('SIGCONT')
      child.kill(signal)
      const timer = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs)
      const code = await exited
      clearTimeout(timer)
      return code
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  }
}
