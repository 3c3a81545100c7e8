import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { expectData, httpClient, login } from '../support/http.ts'
import { until } from '../support/until.ts'

const script = resolve(import.meta.dirname, '../../examples/three-replicas/run.sh')
const startMs = 90_000
const closing: Array<() => Promise<unknown> | void> = []
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})

const isFree = (port: number) =>
  new Promise<boolean>((resolved) => {
    const server = createServer()
    server.once('error', () => resolved(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolved(true)))
  })

/** The first of five ports in a row that nobody has, below those that the system gives away. */
async function freePorts(): Promise<number> {
  for (let port = 20_000 + (process.pid % 1000) * 10; port < 32_000; port += 5) {
    const free = await Promise.all([0, 1, 2, 3, 4].map((more) => isFree(port + more)))
    if (free.every(Boolean)) return port
  }
  throw new Error('no free ports')
}

test(
  'the example runs as it is: three processes behind nginx, and two of them when one is killed',
  { timeout: 180_000 },
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cortex-example-'))
    closing.push(() => rmSync(dir, { recursive: true, force: true }))
    const database = await createTestDatabase()
    closing.push(database.drop)
    const port = await freePorts()
    const child = spawn(script, {
      env: { ...process.env, REPLICAS_DIR: dir, REPLICAS_PORT: String(port), DATABASE_URL: database.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((resolved) => child.once('close', resolved))
    closing.push(async () => {
      child.kill('SIGTERM')
      await ended
    })
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
    await until(
      'the script has started all',
      () => {
        if (child.exitCode !== null) throw new Error(printed)
        return printed.includes('Ctrl-C ends all')
      },
      startMs,
    )

    const password = readFileSync(join(dir, 'admin.password'), 'utf8')
    const api = await login(httpClient(`http://127.0.0.1:${port}/api/v1`), 'admin', password)
    await until('the leaf is online', async () => isOnline(await api.get('/cluster/nodes')))
    const victim = Number(/kill -9 (\d+)/.exec(printed)?.[1])
    process.kill(victim, 'SIGKILL')
    for (let request = 0; request < 12; request++) expectData(await api.get('/cluster/nodes'))
    const lines = () =>
      ['process-1', 'process-2', 'process-3'].map((name) => readFileSync(join(dir, `${name}.log`), 'utf8'))
    await until('one of the others leads', () =>
      lines()
        .slice(1)
        .some((text) => text.includes('this process leads')),
    )
    expect(isOnline(await api.get('/cluster/nodes'))).toBe(true)

    child.kill('SIGTERM')
    await ended
    await until('nobody listens any more', async () => {
      const free = await Promise.all([0, 1, 2, 3, 4].map((more) => isFree(port + more)))
      return free.every(Boolean)
    })
  },
)

const isOnline = (answer: Parameters<typeof expectData>[0]): boolean =>
  /"agent_id":"leaf-1"[^}]*?"status":"online"/.test(JSON.stringify(expectData(answer)))
