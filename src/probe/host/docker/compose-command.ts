import { AppError } from '../../../contract/errors.ts'
import { CannotStartProcess, runProcess } from '../../../platform/run-process.ts'
import type { ComposePlace } from './compose-project.ts'

/** The plugin of today's Docker first, then the program of its own. */
const CANDIDATES: readonly (readonly string[])[] = [['docker', 'compose'], ['docker-compose']]
const TIMEOUT_MS = 10_000
const KNOWN_FOR_MS = 60_000

export type FindCompose = (signal: AbortSignal) => Promise<readonly string[]>

/** Finds the compose that this host has, and remembers it for a minute. Rejects with COMPOSE_UNAVAILABLE. */
export function createComposeFinder({ monotonicMs }: { monotonicMs: () => number }): FindCompose {
  let known: { atMs: number; command: readonly string[] } | null = null
  return async (signal) => {
    if (known && monotonicMs() - known.atMs < KNOWN_FOR_MS) return known.command
    for (const command of CANDIDATES) {
      if (!(await works(command, signal))) continue
      known = { atMs: monotonicMs(), command }
      return command
    }
    throw new AppError({
      code: 'COMPOSE_UNAVAILABLE',
      status: 503,
      text: {
        zh: '该节点未安装 compose：既没有 docker compose 插件，也没有 docker-compose；请安装 docker-compose-plugin 或 docker-compose',
        en: 'this node has no compose: neither the plugin `docker compose` nor `docker-compose`; install docker-compose-plugin or docker-compose',
      },
    })
  }
}

async function works(command: readonly string[], signal: AbortSignal): Promise<boolean> {
  try {
    const { code } = await runProcess([...command, 'version'], { timeoutMs: TIMEOUT_MS, signal, maxOutputBytes: 4096 })
    return code === 0
  } catch (error) {
    if (error instanceof CannotStartProcess) return false
    throw error
  }
}

/** The whole command; every name and path stands behind the option it belongs to. */
export function composeArgv(command: readonly string[], place: ComposePlace, verb: 'up' | 'down'): string[] {
  return [
    ...command,
    '--project-name',
    place.name,
    '--project-directory',
    place.working_dir,
    ...place.config_files.flatMap((file) => ['--file', file]),
    ...place.env_files.flatMap((file) => ['--env-file', file]),
    ...(verb === 'up' ? ['up', '--detach'] : ['down']),
  ]
}
