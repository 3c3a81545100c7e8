import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { removeEmbeddedPostgres } from '../../src/db/embedded/remove.ts'
import { freePort } from '../../src/db/embedded/free-port.ts'
import { runProcess, type RunResult } from '../../src/platform/run-process.ts'
import { quiet } from '../support/quiet-logger.ts'

export const program = resolve(import.meta.dirname, '../../src/launch.cjs')

/** Runs `cortex` as a process with these variables and none of this process that mean something to it. */
export async function cortex(
  args: readonly string[],
  env: Record<string, string>,
  options: { stdin?: string; uid?: number } = {},
): Promise<RunResult> {
  const { uid, stdin } = options
  return await runProcess([process.execPath, program, ...args], {
    timeoutMs: 60_000,
    cwd: '/',
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', CORTEX_LOG_LEVEL: 'warn', ...env },
    ...(stdin === undefined ? {} : { stdin }),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
}

/** A data folder that goes with the test, its database too. */
export function newDataDir({ owner }: { owner?: number | undefined } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-cli-'))
  chmodSync(folder, 0o711)
  const dataDir = join(folder, 'data')
  if (owner !== undefined) chownSync(folder, owner, owner)
  onTestFinished(async () => {
    await removeEmbeddedPostgres(dataDir, quiet)
    rmSync(folder, { recursive: true, force: true })
  })
  return dataDir
}

/** Variables of a root that listens on the loopback. */
export async function rootVariables(dataDir: string): Promise<Record<string, string>> {
  return {
    CORTEX_DATA_DIR: dataDir,
    CORTEX_NODE_ID: 'top',
    CORTEX_HOST: '127.0.0.1',
    CORTEX_PORT: String(await freePort()),
    CORTEX_ADMIN_PASSWORD: 'correct horse',
    CORTEX_REGISTRATION_TOKEN: 'let-me-in-please',
  }
}
