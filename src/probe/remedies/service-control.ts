import type { ServiceConfig } from '../../platform/config/probe.section.ts'
import { endGroup } from '../../platform/process-group.ts'
import { endProcess } from './end-process.ts'
import { isOurs, processOfPidFile } from './pid-guard.ts'
import { done, failed, type ActionOf, type RemedyOutcome, type RemedyRun } from './remedy.ts'
import { runArgv, type ArgvBounds } from './run-argv.ts'
import { startDetached } from './start-detached.ts'

const KILL_AFTER_MS = 5_000

/** `service.restart` and `service.start`: by systemd for units, by the service's own start and stop otherwise. */
export function createServiceControl({
  services,
  bounds,
  procRoot,
}: {
  services: readonly ServiceConfig[]
  bounds: ArgvBounds
  procRoot: string
}) {
  async function stop(service: ServiceConfig, signal: AbortSignal): Promise<string> {
    if (service.stop) {
      const outcome = await runArgv(service.stop, bounds, { signal, cwd: service.cwd, env: service.env })
      // A stop that fails because nothing runs is the usual case here; the start that follows tells the truth.
      return `stop: ${outcome.output}`
    }
    const running = service.pid_file === undefined ? null : processOfPidFile(service.pid_file, procRoot)
    if (running === null) return 'stop: nothing was running'
    if (isOurs(running.pid, procRoot)) throw new Error(`the pid file of ${service.name} names this node itself`)
    if (service.daemon) await endGroup(running.pid, { killAfterMs: KILL_AFTER_MS })
    const ended = await endProcess(running, { procRoot, killAfterMs: KILL_AFTER_MS })
    return ended ? `stop: process ${running.pid} ended` : `stop: process ${running.pid} does not end`
  }

  async function start(service: ServiceConfig, argv: readonly string[], signal: AbortSignal): Promise<RemedyOutcome> {
    if (!service.daemon || service.pid_file === undefined)
      return runArgv(argv, bounds, { signal, cwd: service.cwd, env: service.env })
    const pid = await startDetached(argv, {
      pidFile: service.pid_file,
      logFile: service.log_file,
      cwd: service.cwd,
      env: service.env,
    })
    return done(`started as process ${pid}`)
  }

  return async (action: ActionOf<'service.restart' | 'service.start'>, run: RemedyRun): Promise<RemedyOutcome> => {
    const service = services.find((entry) => entry.name === action.service)
    if (!service) return failed(`no service named ${action.service} in this node's config`)
    const verb = action.type === 'service.restart' ? 'restart' : 'start'
    if (service.unit !== undefined) {
      const argv = ['systemctl', '--no-ask-password', verb, service.unit]
      return run.dryRun ? done(`would run ${argv.join(' ')}`) : runArgv(argv, bounds, { signal: run.signal })
    }
    if (!service.start) return failed(`no way to start ${service.name} is configured`)
    if (run.dryRun) return done(`would ${verb} ${service.name} with ${service.start.join(' ')}`)
    const stopped = verb === 'restart' ? `${await stop(service, run.signal)}\n` : ''
    if (run.signal.aborted) return failed(`${stopped}not started: the time was over or the node stops`)
    const started = await start(service, service.start, run.signal)
    return { ok: started.ok, output: `${stopped}start: ${started.output}` }
  }
}
