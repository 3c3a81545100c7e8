import { Command, CommanderError } from 'commander'
import { ConfigInvalid } from '../platform/config/mistakes.ts'
import { scrubText } from '../platform/redact.ts'
import { buildInfo } from '../platform/version.ts'
import { ExitCode, type AddCommand, type Bodies, type CommandContext, type Run } from './command-line.ts'
import { addConfig } from './config.ts'
import { addDemo, addDemoParts } from './demo.ts'
import { addDoctor } from './doctor.ts'
import { addJoin } from './join.ts'
import { addKeys } from './keys.ts'
import { addMigrate } from './migrate.ts'
import { PlainError } from './plain-error.ts'
import { addStart } from './start.ts'
import { addToken } from './token.ts'
import { addTree } from './tree.ts'
import { addUsers } from './users.ts'

/** Reads the arguments (without `node` and the script), runs the command and gives the exit code. Never rejects. */
export async function runCli(args: readonly string[], bodies: Bodies, context: CommandContext): Promise<ExitCode> {
  let code: ExitCode = ExitCode.ok
  const run: Run = async (body, options) => {
    code = await (await body())(options, context)
  }
  try {
    await createProgram(bodies, context, run).parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage
    context.err(`cortex: ${scrubText(failureText(error))}\n`)
    return error instanceof ConfigInvalid ? ExitCode.config : ExitCode.failure
  }
}

function createProgram(bodies: Bodies, context: CommandContext, run: Run): Command {
  const program = new Command('cortex')
    .description('A tree of monitors that watches servers, repairs what it may and asks before what it may not.')
    .version(versionText(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .exitOverride()
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .showHelpAfterError('(add --help for what is possible)')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 wrong configuration.')

  function add<Part>(body: Part | undefined, addCommand: AddCommand<Part>): void {
    if (body !== undefined) addCommand(program, body, run)
  }
  add(bodies.start, addStart)
  add(bodies.join, addJoin)
  add(bodies.demo, addDemo)
  add(bodies.demoParts, addDemoParts)
  add(bodies.tree, addTree)
  addDoctor(program, bodies.doctorChecks, run)
  addConfig(program, undefined, run)
  add(bodies.users, addUsers)
  add(bodies.keys, addKeys)
  add(bodies.token, addToken)
  add(bodies.migrate, addMigrate)
  return program
}

function versionText(): string {
  const { version, commit } = buildInfo()
  return commit === null ? version : `${version} (${commit.slice(0, 12)})`
}

/** What went wrong and what caused it; the stack only when it is a mistake of ours. */
function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isOurs = [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind)
  const text = isOurs ? (error.stack ?? error.message) : error.message
  const hasNews = !(error instanceof PlainError) && error.cause instanceof Error && !text.includes(error.cause.message)
  return hasNews ? `${text}\n  because: ${failureText(error.cause)}` : text
}
