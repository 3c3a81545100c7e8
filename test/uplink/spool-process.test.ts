import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLogger } from '../../src/platform/logger.ts'
import { openSpool } from '../../src/tree/uplink/spool.ts'

const child = join(import.meta.dirname, 'spool-child.ts')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cortex-spool-kill-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = () => join(folder, 'spool.db')
const reopen = () => openSpool({ path: path(), clock: Date.now, logger: createLogger({ level: 'silent' }) })
function storedNumbers(): number[] {
  const spool = reopen()
  try {
    return spool
      .reports({ maxItems: 1e6, maxBytes: 1e9, except: [] })
      .map((item) => (JSON.parse(item.body) as { number: number }).number)
  } finally {
    spool.close()
  }
}

/** Lets the child append until it has told `count` numbers, then kills it; returns all that it told. */
async function appendThenKill(first: number, count: number): Promise<number[]> {
  const running = spawn(process.execPath, [child, path(), String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(running, 'exit')
  let text = ''
  running.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (text.split('\n').length > count) running.kill('SIGKILL')
  })
  await exited
  return text.split('\n').slice(0, -1).map(Number)
}

test('kill -9 at any moment loses no report that append has confirmed', { timeout: 60_000 }, async () => {
  const told: number[] = []
  for (let round = 0; round < 12; round++) {
    const first = round * 1_000_000
    const numbers = await appendThenKill(first, 1 + Math.floor(Math.random() * 150))
    expect(numbers.length).toBeGreaterThan(0)
    told.push(...numbers)
    const stored = new Set(storedNumbers())
    expect(told.filter((number) => !stored.has(number))).toEqual([])
  }
})

test(
  'a disk that is full is an error that says so, and what was stored before is there',
  { timeout: 30_000 },
  async () => {
    const told: string[] = []
    // A limit on the size of a file stands for the full disk: the system refuses the write in the same place.
    const limited = `trap '' XFSZ; ulimit -f 400; exec "$0" "$@"`
    const running = spawn('bash', ['-c', limited, process.execPath, child, path(), '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, REPORT_BYTES: '4000' },
    })
    running.stdout.on('data', (chunk: Buffer) => told.push(chunk.toString()))
    await once(running, 'close')
    const lines = told.join('').trim().split('\n')
    expect(lines.pop()).toBe('failed disk')
    expect(lines.length).toBeGreaterThan(10)
    expect(storedNumbers()).toEqual(lines.map(Number))
  },
)
