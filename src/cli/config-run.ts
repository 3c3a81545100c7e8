import { stringify } from 'yaml'
import { configKeys } from '../platform/config/config-keys.ts'
import { referenceTable } from '../platform/config/reference.ts'
import { redactSecrets } from '../platform/redact.ts'
import { ExitCode, type CommandContext } from './command-line.ts'
import type { ConfigCommandOptions } from './config.ts'
import { loadNodeConfig } from './node-config.ts'

export async function runConfig(
  { config: file, reference }: ConfigCommandOptions,
  context: CommandContext,
): Promise<ExitCode> {
  if (reference) {
    context.out(referenceTable(configKeys()))
    return ExitCode.ok
  }
  const config = loadNodeConfig({ config: file }, context)
  const { url } = config.database
  const shown = { ...config, database: { ...config.database, url: url === undefined ? undefined : '[redacted]' } }
  context.out(stringify(redactSecrets(shown), { lineWidth: 0 }))
  return ExitCode.ok
}
