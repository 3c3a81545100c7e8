import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { CannotStartProcess, runProcess } from '../../../../platform/run-process.ts'
import { nginxMissing, nginxTooSlow } from '../nginx.errors.ts'
import { parseConfig } from '../reading/directives.ts'
import { topLevel } from '../reading/effective-config.ts'
import { type BuildFacts, parseBuildFacts } from './build-facts.ts'

/** Which nginx of the host is meant; whatever is absent, nginx itself knows. */
export interface NginxChoice {
  /** The program, and what has to stand before it to run it as another user. */
  command: readonly string[]
  configPath?: string | undefined
  prefix?: string | undefined
}

/** The paths that nginx works with, as the build and the main configuration say. */
export interface NginxPaths {
  version: string | null
  configPath: string
  prefix: string
  pidFile: string
  /** Files only: neither stderr nor syslog. */
  errorLogs: string[]
  /** `daemon off`: something else keeps nginx in its foreground. */
  foreground: boolean
}

export interface Ran {
  ok: boolean
  output: string
}

export interface NginxProgram {
  /** Throws SERVICE_UNAVAILABLE when the program is missing. */
  paths(): Promise<NginxPaths>
  /** `nginx -t`, for another main configuration when one is given. */
  test(configPath?: string): Promise<Ran>
  /** Begins nginx as a daemon; its end says whether it could begin. */
  begin(): Promise<Ran>
}

const TEST_TIMEOUT_MS = 20_000
const MAX_OUTPUT_BYTES = 262_144

export function createNginxProgram(choice: NginxChoice): NginxProgram {
  async function run(args: readonly string[]): Promise<Ran> {
    const options = { timeoutMs: TEST_TIMEOUT_MS, maxOutputBytes: MAX_OUTPUT_BYTES }
    const result = await runProcess([...choice.command, ...args], options).catch((error: unknown) => {
      if (error instanceof CannotStartProcess) throw nginxMissing(choice.command.join(' '))
      throw error
    })
    if (result.timedOut) throw nginxTooSlow(args.join(' '), TEST_TIMEOUT_MS)
    return { ok: result.code === 0, output: `${result.stdout}${result.stderr}` }
  }

  const placed = async (configPath: string | undefined): Promise<string[]> => [
    ...(choice.prefix === undefined ? [] : ['-p', choice.prefix]),
    ...(configPath === undefined ? [] : ['-c', configPath]),
  ]

  return {
    async paths() {
      const build = parseBuildFacts((await run(['-V'])).output)
      const prefix = choice.prefix ?? build.prefix
      const configPath = resolve(prefix, choice.configPath ?? build.configPath)
      return { version: build.version, prefix, configPath, ...(await fromMainConfig(configPath, prefix, build)) }
    },
    test: async (configPath = choice.configPath) => run([...(await placed(configPath)), '-t']),
    begin: async () => run(await placed(choice.configPath)),
  }
}

async function fromMainConfig(
  configPath: string,
  prefix: string,
  build: BuildFacts,
): Promise<Pick<NginxPaths, 'pidFile' | 'errorLogs' | 'foreground'>> {
  const text = await readFile(configPath, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const { directives } = parseConfig(text)
  const logs = directives.filter(({ name }) => name === 'error_log').map(({ args }) => args[0] ?? '')
  const files = (logs.length > 0 ? logs : [build.errorLogPath]).filter(
    (log) => log !== '' && log !== 'stderr' && !/^(syslog|memory):/.test(log),
  )
  return {
    pidFile: resolve(prefix, topLevel(directives, 'pid') ?? build.pidPath),
    errorLogs: [...new Set(files.map((file) => resolve(prefix, file)))],
    foreground: topLevel(directives, 'daemon') === 'off',
  }
}

/** The main configuration of a folder, or of its would-be copy. */
export const mainConfigIn = (folder: string, configPath: string): string => resolve(folder, basename(configPath))
export const configFolderOf = (configPath: string): string => dirname(configPath)
