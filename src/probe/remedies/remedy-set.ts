import type { Action } from '../../contract/actions.ts'
import type { ProbeConfig } from '../../platform/config/probe.section.ts'
import { createCommandRun } from './command-run.ts'
import type { DiskCleaner } from './disk-clean.ts'
import { createLogsRotate } from './logs-rotate.ts'
import { createProcessStop } from './process-stop.ts'
import type { RemedyOutcome, RemedyRun } from './remedy.ts'
import { createServiceControl } from './service-control.ts'

export interface Remedies {
  /**
   * Carries out one typed action, within the time limit of the config. Never rejects: what goes wrong is a failed
   * outcome that says why.
   */
  perform(action: Action, run: RemedyRun): Promise<RemedyOutcome>
}

/** All that this probe knows to repair, as the config allows it. */
export function createRemedies({
  config,
  diskCleaner,
  procRoot,
}: {
  config: ProbeConfig
  diskCleaner: DiskCleaner
  procRoot: string
}): Remedies {
  const { remedies } = config
  const timeLimitMs = remedies.time_limit_s * 1000
  const bounds = { timeoutMs: timeLimitMs, maxOutputBytes: remedies.max_output_bytes }
  const controlService = createServiceControl({ services: config.services, bounds, procRoot })
  const rotateLogs = createLogsRotate({ rules: remedies.rotate })
  const stopProcess = createProcessStop({ stoppable: remedies.stoppable, procRoot })
  const runCommand = createCommandRun({ commands: remedies.commands, bounds })

  function dispatch(action: Action, run: RemedyRun): Promise<RemedyOutcome> {
    switch (action.type) {
      case 'service.restart':
      case 'service.start':
        return controlService(action, run)
      case 'disk.clean':
        return diskCleaner.perform(action, run)
      case 'logs.rotate':
        return rotateLogs(action, run)
      case 'process.stop':
        return stopProcess(action, run)
      case 'command.run':
        return runCommand(action, run)
    }
  }

  return {
    async perform(action, run) {
      const signal = AbortSignal.any([run.signal, AbortSignal.timeout(timeLimitMs)])
      try {
        const outcome = await dispatch(action, { ...run, signal })
        return run.dryRun ? { ...outcome, output: `dry run: ${outcome.output}` } : outcome
      } catch (error) {
        return { ok: false, output: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}
