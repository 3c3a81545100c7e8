import { migrate } from '../db/migrate.ts'
import { missingMigrations } from '../db/missing-migrations.ts'
import { hasEmbeddedPostgres } from '../db/embedded/running.ts'
import { openNodeDatabase } from '../node/node-database.ts'
import { createLogger } from '../platform/logger.ts'
import { ExitCode, type CommandContext, type ConfigOption } from './command-line.ts'
import { demandMonitor } from './node-services.ts'
import { loadNodeConfig } from './node-config.ts'

/** `cortex migrate`: brings the database of the configured node to this program, or says what it lacks. */
export async function runMigrate(
  options: ConfigOption & { check?: boolean },
  context: CommandContext,
): Promise<ExitCode> {
  const config = loadNodeConfig(options, context)
  demandMonitor(config)
  if (options.check && config.database.url === undefined && !hasEmbeddedPostgres(config.data_dir)) {
    context.out(`there is no database in ${config.data_dir} yet: cortex migrate or the first start makes it\n`)
    return ExitCode.failure
  }
  const database = await openNodeDatabase(config, {
    logger: createLogger({ level: 'warn', write: context.err }),
    create: !options.check,
  })
  try {
    const names = options.check ? await missingMigrations(database) : await migrate(database)
    if (names.length === 0) context.out('the database is up to date\n')
    for (const name of names) context.out(`${options.check ? 'missing' : 'applied'}: ${name}\n`)
    return options.check && names.length > 0 ? ExitCode.failure : ExitCode.ok
  } finally {
    await database.close()
  }
}
