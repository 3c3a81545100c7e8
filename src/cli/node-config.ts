import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { hostFacts, withHostDefaults } from '../platform/config/host-defaults.ts'
import { loadConfig } from '../platform/config/load.ts'
import { ConfigSchema, type Config } from '../platform/config/schema.ts'
import type { CommandContext, ConfigOption } from './command-line.ts'

/** What `cortex join` writes into the data folder, and every command reads when no other file is named. */
export const joinedConfigName = 'cortex.yaml'

/**
 * The file that a command reads: `--config`, else `$CORTEX_CONFIG`, else the one that `cortex join` left in the data folder
 * of this host. Undefined when there is none: defaults and environment only.
 */
export function configFileOf(options: ConfigOption, env: NodeJS.ProcessEnv): string | undefined {
  const named = options.config ?? (env['CORTEX_CONFIG']?.trim() || undefined)
  if (named !== undefined) return named
  const joined = join(dataDirWithoutFile(env), joinedConfigName)
  return existsSync(joined) ? joined : undefined
}

/** The data folder of this host when no file names one. */
export function dataDirWithoutFile(env: NodeJS.ProcessEnv): string {
  const given = env['CORTEX_DATA_DIR']?.trim()
  const written = ConfigSchema.parse(given ? { data_dir: given } : {})
  return withHostDefaults(written, hostFacts(env), process.cwd()).data_dir
}

/** Reads the configuration of the node that a command is about. Throws `ConfigInvalid` with all mistakes. */
export function loadNodeConfig(options: ConfigOption, { env }: Pick<CommandContext, 'env'>): Config {
  return loadConfig({ file: configFileOf(options, env), env })
}
