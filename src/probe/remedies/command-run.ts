import { done, failed, type ActionOf, type RemedyOutcome, type RemedyRun } from './remedy.ts'
import { runArgv, type ArgvBounds } from './run-argv.ts'

/** `command.run`: a command of the config by its name, after approval; nothing else can be run by this name. */
export function createCommandRun({
  commands,
  bounds,
}: {
  commands: Readonly<Record<string, string[]>>
  bounds: ArgvBounds
}) {
  return async (action: ActionOf<'command.run'>, run: RemedyRun): Promise<RemedyOutcome> => {
    if (!run.approved) return failed('a command is only run after approval')
    const argv = Object.hasOwn(commands, action.command) ? commands[action.command] : undefined
    if (!argv) return failed(`no command named ${action.command} in this node's config`)
    return run.dryRun ? done(`would run ${argv.join(' ')}`) : runArgv(argv, bounds, { signal: run.signal })
  }
}
