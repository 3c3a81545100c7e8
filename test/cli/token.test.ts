import { existsSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { ExitCode } from '../../src/cli/command-line.ts'
import { welcome } from '../../src/cli/welcome.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import { createTestDatabase } from '../support/database.ts'
import { startNodeProcess } from '../support/node-process.ts'
import { until } from '../support/until.ts'
import { cortex, newDataDir, rootVariables } from './run-cortex.ts'

const config = loadConfig({ env: { HOME: '/nonexistent' } })
const node = { address: 'http://10.0.0.1:3333', registrationToken: { token: 'abc', isNew: false }, firstPassword: null }

test('a person is shown the ready-made command, a journal how to ask for it', () => {
  const shown = (showsToken: boolean) => welcome(config, 'cortex', node, showsToken)
  expect(shown(true)).toContain('cortex join http://10.0.0.1:3333 --token abc\n')
  expect(shown(false)).not.toContain('abc')
  expect(shown(false)).toContain('cortex token\n')
})

test('where no person reads, the token stands in the output of the first start alone; the command gives it at any time', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const dataDir = newDataDir()
  const env: Record<string, string> = { ...(await rootVariables(dataDir)), DATABASE_URL: database.url }
  delete env['CORTEX_REGISTRATION_TOKEN']

  const early = await cortex(['token'], env)
  expect(early).toMatchObject({ code: ExitCode.failure, stdout: '' })
  expect(early.stderr).toContain('start the node, which makes one')
  expect(existsSync(dataDir)).toBe(false)

  async function printedByStart(): Promise<string> {
    const started = await startNodeProcess(env)
    try {
      await until('the welcome is printed', () => started.printed().includes('token'))
      return started.printed()
    } finally {
      await started.end('SIGTERM')
    }
  }
  const first = await printedByStart()
  const asked = await cortex(['token'], env)
  const token = asked.stdout.trim()
  expect(token).toMatch(/^[\w-]{32}$/)
  expect(asked.stderr).toContain(`join http://127.0.0.1:${env['CORTEX_PORT']} --token ${token}`)
  expect(first).toContain(`--token ${token}`)
  const second = await printedByStart()
  expect(second).not.toContain(token)
  expect(second).toContain('cortex -- token')
})

test('a configured token is given as it is, and a leaf has none', async () => {
  const env = { CORTEX_DATA_DIR: newDataDir(), CORTEX_REGISTRATION_TOKEN: 'let-me-in-please' }
  expect((await cortex(['token'], env)).stdout).toBe('let-me-in-please\n')
  const leaf = await cortex(['token'], {
    ...env,
    CORTEX_MONITOR_ENABLED: 'false',
    CORTEX_UPSTREAM_URL: 'http://127.0.0.1:9',
  })
  expect(leaf).toMatchObject({ code: ExitCode.failure, stdout: '' })
  expect(leaf.stderr).toContain('is no monitor')
})
