import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ExitCode } from '../../src/cli/command-line.ts'
import { checkExposure, checkRuntime, type DoctorCheck } from '../../src/cli/doctor-checks.ts'
import { runDoctor } from '../../src/cli/doctor-run.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function doctor(checks: DoctorCheck[] = [], env: NodeJS.ProcessEnv = {}, options: { json?: boolean } = {}) {
  let out = ''
  const context = {
    env: { CORTEX_DATA_DIR: folder, ...env },
    out: (text: string) => void (out += text),
    err: () => undefined,
  }
  const code = await runDoctor(options, context, checks, 200)
  return { code, out }
}

const check = (name: string, run: DoctorCheck['run'], applies = true): DoctorCheck => ({
  name,
  applies: () => applies,
  run,
})

describe('cortex doctor', () => {
  test('a sound node is fine, warnings do not change that', async () => {
    const { code, out } = await doctor()
    expect(code).toBe(ExitCode.ok)
    expect(out).toMatch(/^ok +configuration +node .* with probe, monitor$/m)
    expect(out).toMatch(/^warning +exposure/m)
  })

  test('every mistake of the configuration is listed, and nothing else is looked at', async () => {
    const { code, out } = await doctor([check('never', async () => [])], { CORTEX_PORT: 'x', CORTEX_NOPE: '1' })
    expect(code).toBe(ExitCode.config)
    expect(out).toMatch(/FAILED +configuration +environment variable CORTEX_PORT[^]*CORTEX_NOPE/)
    expect(out).not.toContain('runtime')
  })

  test('a check that fails, throws or hangs is a finding, and the others still run', async () => {
    const { code, out } = await doctor([
      check('database', async () => [{ status: 'failed', text: 'no answer', todo: 'start it' }]),
      check('parent', () => Promise.reject(new Error('unknown host postgres://u:hunter2@x'))),
      check('disk', () => new Promise(() => undefined)),
      check('model', async () => [{ status: 'ok', text: 'answers' }]),
      check('absent', async () => [{ status: 'failed', text: 'never seen' }], false),
    ])
    expect(code).toBe(ExitCode.failure)
    expect(out).toMatch(/FAILED +database +no answer\n +→ start it\n/)
    expect(out).toMatch(/FAILED +parent +unknown host/)
    expect(out).toMatch(/FAILED +disk +no answer within 0.2 s/)
    expect(out).toMatch(/ok +model +answers/)
    expect(out).not.toMatch(/never seen|hunter2/)
  })

  test('a check that ran out of time is told to end', async () => {
    let told = false
    await doctor([
      check('slow', (_config, signal) => {
        signal.addEventListener('abort', () => (told = true))
        return new Promise(() => undefined)
      }),
    ])
    expect(told).toBe(true)
  })

  test('a secret that others can read, and a data folder that is none, are found', async () => {
    writeFileSync(join(folder, 'secret.key'), 'x')
    chmodSync(join(folder, 'secret.key'), 0o644)
    expect((await doctor()).out).toMatch(/FAILED +data folder +.*secret\.key can be read by other users\n +→ chmod 600/)
    const inAFile = join(folder, 'secret.key', 'deeper')
    expect((await doctor([], { CORTEX_DATA_DIR: inAFile })).code).toBe(ExitCode.failure)
  })

  test('--json gives the same as data', async () => {
    const { out } = await doctor([], {}, { json: true })
    expect(JSON.parse(out)).toContainEqual({
      check: 'runtime',
      findings: [{ status: 'ok', text: expect.stringContaining('Node') }],
    })
  })
})

test.each([
  ['24.0.0', 'ok'],
  ['26.1.0', 'ok'],
  ['22.9.0', 'failed'],
])('Node %s is %s', (version, status) => expect(checkRuntime(version).status).toBe(status))

test.each([
  ['127.0.0.1', undefined, 'ok'],
  ['::1', undefined, 'ok'],
  ['0.0.0.0', undefined, 'warning'],
  ['0.0.0.0', 'http://m', 'warning'],
  ['0.0.0.0', 'https://m', 'ok'],
])('listening on %s with public address %s is %s', (host, public_url, status) => {
  expect(checkExposure({ server: { host, port: 1, public_url, trusted_proxies: [] } }).status).toBe(status)
})
