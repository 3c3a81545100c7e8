import { readProcess } from '../collectors/process-stat.ts'
import { endProcess } from './end-process.ts'
import { isOurs } from './pid-guard.ts'
import { done, failed, type ActionOf, type RemedyOutcome, type RemedyRun } from './remedy.ts'

const KILL_AFTER_MS = 5_000

/**
 * `process.stop`: TERM, then KILL, and only the very process that was asked about: same name, same start time, listed as
 * stoppable, approved, and neither pid 1 nor this node nor what started it.
 */
export function createProcessStop({ stoppable, procRoot }: { stoppable: readonly string[]; procRoot: string }) {
  return async (action: ActionOf<'process.stop'>, run: RemedyRun): Promise<RemedyOutcome> => {
    if (!run.approved) return failed('a process is only stopped after approval')
    if (!stoppable.includes(action.name))
      return failed(`${action.name} is not in this node's list of stoppable processes`)
    if (isOurs(action.pid, procRoot)) return failed(`process ${action.pid} is this node, or what started it`)
    const found = readProcess(procRoot, action.pid)
    if (found === null) return done(`process ${action.pid} is gone already`)
    if (found.name !== action.name || found.startTicks !== run.details.start_ticks) {
      return failed(`process ${action.pid} is another one now (${found.name}); nothing was stopped`)
    }
    if (run.dryRun) return done(`would stop process ${action.pid} ${action.name}`)
    const ended = await endProcess(found, { procRoot, killAfterMs: KILL_AFTER_MS })
    return ended ? done(`process ${action.pid} ${action.name} ended`) : failed(`process ${action.pid} does not end`)
  }
}
