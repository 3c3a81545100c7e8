import type { Command } from 'commander'
import type { DoctorCheck } from './doctor-checks.ts'

/** How the program ends, by the number a script sees. */
export const ExitCode = { ok: 0, failure: 1, usage: 2, config: 3, restart: 75 } as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
export const isExitCode = (code: number): code is ExitCode => Object.values<number>(ExitCode).includes(code)

/** What a command may use of the process it runs in. */
export interface CommandContext {
  env: NodeJS.ProcessEnv
  /** Writes to stdout: what was asked for. */
  out(text: string): void
  /** Writes to stderr: what went wrong. */
  err(text: string): void
}

/** Fetches the body of a command when it is called and not before, so that `--help` and a leaf load little. */
export type Body<Options> = () => Promise<(options: Options, context: CommandContext) => Promise<ExitCode>>

export interface ConfigOption {
  config?: string
}

/** The bodies of the commands. A command without a body is not registered. */
export interface Bodies {
  start?: Body<ConfigOption>
  join?: Body<ConfigOption & { url: string; token?: string; id?: string; name?: string; allow?: string }>
  demo?: Body<{ stay?: boolean }>
  demoParts?: { service: Body<{ port: number; dataFile: string }>; cleanup: Body<{ folder: string }> }
  tree?: Body<
    ConfigOption & {
      url?: string
      token?: string
      user?: string
      root?: string
      depth?: number
      watch?: boolean
      json?: boolean
    }
  >
  users?: {
    list: Body<ConfigOption & { json?: boolean }>
    add: Body<ConfigOption & { username: string; role: string; email?: string }>
    password: Body<ConfigOption & { username: string }>
    role: Body<ConfigOption & { username: string; role: string }>
    disable: Body<ConfigOption & { username: string }>
    enable: Body<ConfigOption & { username: string }>
    remove: Body<ConfigOption & { username: string }>
  }
  keys?: {
    list: Body<ConfigOption & { agentId?: string; json?: boolean }>
    create: Body<ConfigOption & { agentId: string }>
    revoke: Body<ConfigOption & { agentId: string }>
  }
  token?: Body<ConfigOption>
  migrate?: Body<ConfigOption & { check?: boolean }>
  /** Checks of `doctor` beyond config, runtime and data folder. */
  doctorChecks?: () => Promise<DoctorCheck[]>
}

/** Gives a command its action: the body is fetched, run, and its exit code kept. */
export type Run = <Options>(body: Body<Options>, options: Options) => Promise<void>

/** Adds one command with its options and help to the program. */
export type AddCommand<Part> = (program: Command, body: Part, run: Run) => void

/** `--config`, the same on every command that reads the configuration. */
export function withConfigOption(command: Command): Command {
  return command.option(
    '-c, --config <file>',
    'YAML file with the configuration; absent: $CORTEX_CONFIG, else cortex.yaml in the data folder if this host has joined, else defaults and environment',
  )
}

export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`
}
