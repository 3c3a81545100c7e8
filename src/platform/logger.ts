import pino from 'pino'
import { readableLine } from './readable-line.ts'
import { redactSecrets, scrubText } from './redact.ts'

export type Logger = pino.Logger
export const LogLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LogLevels)[number]

export interface LoggerOptions {
  level: LogLevel
  /** The agent_id of this node; it stands in every line. */
  node?: string
  /** Takes one complete line with its line end. Default: stderr, readable on a terminal, JSON otherwise. */
  write?: (line: string) => void
}

/**
 * The log of a node: one JSON object per line, written synchronously so that the last line before a crash is there.
 * Secrets are hidden by field name at any depth and by their looks inside text; `child()` binds more fields.
 */
export function createLogger({ level, node, write = stderrWriter() }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: node === undefined ? {} : { node },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redactSecrets(fields) as Record<string, unknown>,
      },
      serializers: { err: redactSecrets },
    },
    { write: (line: string) => write(scrubText(line)) },
  )
}

function stderrWriter(): (line: string) => void {
  const stderr = pino.destination({ dest: 2, sync: true })
  // Nobody reads stderr any more (a closed pipe): a node goes on working, and there is no other place to say it.
  stderr.on('error', () => undefined)
  return process.stderr.isTTY ? (line) => stderr.write(readableLine(line)) : (line) => stderr.write(line)
}
