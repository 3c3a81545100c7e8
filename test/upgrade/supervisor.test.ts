import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReleases, type Releases, type ReleaseState } from '../../src/platform/releases/release-state.ts'
import { until } from '../support/until.ts'

const program = resolve(import.meta.dirname, 'supervise-child.ts')

/** What a build does: says its version, tells its supervisor, and stays until it is told to end. */
const build = (version: string, { says = 'up', last = '' } = {}) => `
  const tell = (what) => new Promise((heard) => { process.once('message', heard); process.send({ cortex: what }) })
  process.on('SIGTERM', () => process.exit(0))
  process.on('disconnect', () => process.exit(0))
  console.log('RUNS ${version} ' + process.pid)
  const stay = setInterval(() => {}, 1000)
  ;(async () => {
    for (const what of ${JSON.stringify(says.split(' ').filter(Boolean))}) { await tell(what); console.log('TOLD ${version} ' + what) }
    ${last}
  })()`

let folder: string
let releases: Releases
let base: string
let running: ChildProcess | null = null
let out = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervisor-'))
  releases = openReleases(folder)
  base = join(folder, 'base.cjs')
  writeFileSync(base, build('1.0.0'))
  out = ''
})
afterEach(async () => {
  await stopped('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function put(version: string, text: string): void {
  const entry = releases.entryOf(version)
  mkdirSync(dirname(entry), { recursive: true })
  writeFileSync(join(entry, '../../package.json'), '{"type":"commonjs"}')
  writeFileSync(entry, text)
}

function plan(changes: Partial<NonNullable<ReleaseState['trial']>> = {}): void {
  const trial = { version: '1.1.0', job_id: 'job-1', within_ms: 20_000, begun: false, no_way_back: false, ...changes }
  releases.write({ format: 1, base_version: '1.0.0', current: null, trial, last: null })
}

function start(version = '1.0.0'): void {
  running = spawn(process.execPath, [program, folder, base, version], { stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [running.stdout, running.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
  }
}

async function stopped(signal: NodeJS.Signals): Promise<number | null> {
  const child = running
  running = null
  if (!child || child.exitCode !== null) return child?.exitCode ?? null
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)))
  child.kill(signal)
  return await ended
}

const says = (text: string) => until(`it says ${text}`, () => out.includes(text), 15_000)
const pidOf = (version: string) => Number(new RegExp(`RUNS ${version} (\\d+)`).exec(out)?.[1])

test('without an upgrade the installation runs, and ends in good order when the supervisor is told to', async () => {
  start()
  await says('TOLD 1.0.0 up')
  expect(releases.read()).toBeNull()
  expect(await stopped('SIGTERM')).toBe(0)
})

test('a build that asks for another one is followed by it, which then is the current one', async () => {
  writeFileSync(base, build('1.0.0', { last: `setTimeout(() => process.exit(75), 50)` }))
  put('1.1.0', build('1.1.0'))
  plan()
  start()
  await says('TOLD 1.1.0 up')
  expect(releases.read()).toMatchObject({
    current: '1.1.0',
    trial: null,
    last: { result: 'upgraded', from: '1.0.0', job_id: 'job-1' },
  })
  await stopped('SIGTERM')
  out = ''
  start()
  await says('TOLD 1.1.0 up')
  expect(out).not.toContain('RUNS 1.0.0')
})

test('a build that ends at once is rolled back, with its last words', async () => {
  put('1.1.0', `console.error('no such host'); process.exit(4)`)
  plan()
  start()
  await says('TOLD 1.0.0 up')
  expect(releases.read()).toMatchObject({ current: null, trial: null, last: { result: 'rolled_back' } })
  expect(releases.read()?.last?.reason).toBe('it ended with 4\nno such host')
})

test('a build that never comes up is ended after its time and rolled back', async () => {
  put('1.1.0', build('1.1.0', { says: '' }))
  plan({ within_ms: 300 })
  start()
  await says('TOLD 1.0.0 up')
  expect(releases.read()?.last).toMatchObject({
    result: 'rolled_back',
    reason: expect.stringContaining('not up within'),
  })
})

test('a build that is killed during its trial is rolled back', async () => {
  put('1.1.0', build('1.1.0', { says: '' }))
  plan()
  start()
  await says('RUNS 1.1.0')
  process.kill(pidOf('1.1.0'), 'SIGKILL')
  await says('TOLD 1.0.0 up')
  expect(releases.read()?.last).toMatchObject({ result: 'rolled_back', reason: 'it was ended by SIGKILL\nRUNS 1.1.0 ' + pidOf('1.1.0') }) // prettier-ignore
})

test('kill -9 of everything during a trial: the build before runs at the next start, and says why', async () => {
  put('1.1.0', build('1.1.0', { says: '' }))
  plan()
  start()
  await says('RUNS 1.1.0')
  await stopped('SIGKILL')
  out = ''
  start()
  await says('TOLD 1.0.0 up')
  expect(releases.read()?.last).toMatchObject({ result: 'rolled_back', reason: expect.stringContaining('cut short') })
})

test('kill -9 before the trial began: it begins at the next start', async () => {
  put('1.1.0', build('1.1.0'))
  plan()
  start()
  await says('TOLD 1.1.0 up')
  expect(releases.read()?.current).toBe('1.1.0')
})

test('kill -9 after it was up: the new build stays', async () => {
  put('1.1.0', build('1.1.0'))
  plan()
  start()
  await says('TOLD 1.1.0 up')
  await stopped('SIGKILL')
  out = ''
  start()
  await says('TOLD 1.1.0 up')
  expect(out).not.toContain('RUNS 1.0.0')
})

test('an orderly stop during a trial is no failure: it is tried again at the next start', async () => {
  put('1.1.0', build('1.1.0', { says: '' }))
  plan()
  start()
  await says('RUNS 1.1.0')
  await stopped('SIGTERM')
  expect(releases.read()?.trial).toMatchObject({ begun: false })
})

test('a build that has changed the database is not followed by an older one, also after kill -9', async () => {
  put('1.1.0', build('1.1.0', { says: 'no-way-back', last: 'process.exit(9)' }))
  plan()
  start()
  await until('it ended', () => running?.exitCode === 9, 15_000)
  expect(out).not.toContain('RUNS 1.0.0')
  put('1.1.0', build('1.1.0'))
  out = ''
  start()
  await says('TOLD 1.1.0 up')
  expect(releases.read()).toMatchObject({ current: '1.1.0', last: { result: 'broken' } })
})

test('a migration that came to nothing leaves the way back open', async () => {
  put('1.1.0', build('1.1.0', { says: 'no-way-back way-back', last: 'process.exit(9)' }))
  plan()
  start()
  await says('TOLD 1.0.0 up')
  expect(releases.read()?.last?.result).toBe('rolled_back')
})

test('a build whose supervisor was killed does not live on', async () => {
  start()
  await says('TOLD 1.0.0 up')
  const pid = pidOf('1.0.0')
  await stopped('SIGKILL')
  await until('it is gone', () => {
    try {
      process.kill(pid, 0)
      return false
    } catch {
      return true
    }
  })
})
