import { randomBytes } from 'node:crypto'
import { serviceUnavailable } from '../contract/errors.ts'
import type { Database } from '../db/open.ts'
import { type Keys, createKeys } from '../monitor/auth/keys.service.ts'
import { createPasswords } from '../monitor/auth/passwords.ts'
import { type Users, createUsers } from '../monitor/auth/users.service.ts'
import type { MonitorEvents } from '../monitor/changes/events.ts'
import { createUnits } from '../monitor/changes/units.ts'
import { createBus } from '../platform/bus.ts'
import type { Config } from '../platform/config/schema.ts'
import { createLogger } from '../platform/logger.ts'
import type { CommandContext, ConfigOption } from './command-line.ts'
import { loadNodeConfig } from './node-config.ts'

/** Opens the database of the node that a configuration describes, whether or not that node is running. */
export type OpenNodeDatabase = (config: Config) => Promise<Database>

/** What commands do on a node's database. A node that is running takes up their changes within 5 s. */
export interface NodeServices {
  users: Users
  keys: Keys
}

/** Who stands in the audit log for what is done at the machine's own command line. */
export const commandLineActor = { kind: 'system', name: 'cli' } as const

/** Runs `work` on the services of the configured node and closes the database. Throws when it has no monitor. */
export async function withNodeServices<T>(
  open: OpenNodeDatabase,
  options: ConfigOption,
  context: CommandContext,
  work: (services: NodeServices) => Promise<T>,
): Promise<T> {
  const config = loadNodeConfig(options, context)
  demandMonitor(config)
  const database = await open(config)
  try {
    const bus = createBus<MonitorEvents>({ logger: createLogger({ level: 'warn', write: context.err }) })
    const clock = Date.now
    const units = createUnits({ database, bus })
    const newPassword = () => randomBytes(18).toString('base64url')
    return await work({
      users: createUsers({ database, units, passwords: createPasswords(), clock, newPassword }),
      keys: createKeys({ database, units, bus, clock, randomBytes }),
    })
  } finally {
    await database.close()
  }
}

/** Throws for a node that has no monitor, and so no database. */
export function demandMonitor(config: Pick<Config, 'monitor'>): void {
  if (config.monitor.enabled) return
  throw serviceUnavailable(
    '此节点没有监控服务，请在监控节点上运行',
    'This node has no monitor: run the command where the monitor is',
  )
}
