import { openCurrentDatabase } from '../node/node-database.ts'
import { createLogger } from '../platform/logger.ts'
import type { OpenNodeDatabase } from './node-services.ts'

/** How `users` and `keys` open the database of the configured node: it must have been made, and be of this version. */
export const openForCommands: OpenNodeDatabase = (config) =>
  openCurrentDatabase(config, { logger: createLogger({ level: 'warn', node: config.node.id }) })
