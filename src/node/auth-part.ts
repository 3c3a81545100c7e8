import { randomBytes } from 'node:crypto'
import type { Database } from '../db/open.ts'
import { createKeys } from '../monitor/auth/keys.service.ts'
import { createPasswords } from '../monitor/auth/passwords.ts'
import { createSessions } from '../monitor/auth/sessions.service.ts'
import { createTickets } from '../monitor/auth/tickets.ts'
import { createTokens } from '../monitor/auth/tokens.ts'
import { createUsers } from '../monitor/auth/users.service.ts'
import type { MonitorEvents } from '../monitor/changes/events.ts'
import type { Units } from '../monitor/changes/units.ts'
import type { Bus } from '../platform/bus.ts'

/** Who may speak to a monitor: people by token and ticket, nodes by key. */
export async function buildAuth(parts: {
  database: Database
  units: Units
  bus: Bus<MonitorEvents>
  secretKey: Buffer
  clock: () => number
}) {
  const { database, units, bus, clock } = parts
  const tokens = await createTokens(parts)
  const passwords = createPasswords()
  const sessions = createSessions({ database, units, bus, tokens, passwords, clock })
  const newPassword = () => randomBytes(12).toString('base64url')
  return {
    sessions,
    users: createUsers({ database, units, passwords, clock, newPassword }),
    tickets: createTickets({ database, tokens, sessions, clock }),
    keys: createKeys({ database, units, bus, clock, randomBytes }),
  }
}
