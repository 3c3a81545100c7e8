import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createLogger } from '../../platform/logger.ts'
import { removeEmbeddedPostgres } from '../../db/embedded/remove.ts'
import { ExitCode, type CommandContext } from '../command-line.ts'
import { endProcessesIn } from './processes.ts'
import { folderPrefix } from './workspace.ts'

/** A node stops within 5 s. */
const killAfterMs = 7_000

/**
 * Waits until whoever started it is gone, however that came about (its stdin closes), then ends every process that works
 * in the demo's folder, its PostgreSQL servers too, and removes the folder. In a session of its own, so that neither
 * Ctrl-C nor the end of the terminal reaches it.
 */
export async function runDemoCleanup({ folder }: { folder: string }, context: CommandContext): Promise<ExitCode> {
  if (!basename(folder).startsWith(folderPrefix)) throw new Error(`${folder} is no folder of a demo`)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  await inputEnds()
  await endProcessesIn(folder, { killAfterMs })
  const logger = createLogger({ level: 'error', write: context.err })
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    await removeEmbeddedPostgres(join(folder, name, 'data'), logger)
  }
  rmSync(folder, { recursive: true, force: true })
  return ExitCode.ok
}

function inputEnds(): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['end', 'close', 'error'] as const) process.stdin.once(event, () => resolve())
    process.stdin.resume()
  })
}
