import { spawn } from 'node:child_process'
import { open, rename, writeFile } from 'node:fs/promises'
import { inheritedEnvironment } from '../../platform/run-process.ts'

export interface DetachedOptions {
  pidFile: string
  logFile?: string | undefined
  cwd?: string | undefined
  env: Record<string, string>
}

/**
 * Starts a program in a session of its own, so that it outlives this node, and writes its pid. Resolves once it runs;
 * whether it stays is for the check of the service to see. Rejects when it cannot be started at all.
 */
export async function startDetached(argv: readonly string[], options: DetachedOptions): Promise<number> {
  const [program = '', ...args] = argv
  const log = options.logFile === undefined ? null : await open(options.logFile, 'a', 0o640)
  try {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', log?.fd ?? 'ignore', log?.fd ?? 'ignore'],
      env: { ...inheritedEnvironment(process.env), ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', resolve)
    })
    child.unref()
    const pid = child.pid ?? 0
    await writeFile(`${options.pidFile}.new`, `${pid}\n`)
    await rename(`${options.pidFile}.new`, options.pidFile)
    return pid
  } finally {
    await log?.close()
  }
}
