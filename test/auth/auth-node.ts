import { randomBytes, randomUUID } from 'node:crypto'
import { usersSection } from '../../src/api/cortex/users.ts'
import { apiKeysSection } from '../../src/api/cortex/api-keys.ts'
import { authSection } from '../../src/api/cortex/auth.ts'
import { createApiApp, createSection } from '../../src/api/http/app.ts'
import { nodeOf } from '../../src/api/http/authenticate.ts'
import { done } from '../../src/api/http/envelope.ts'
import { createGate } from '../../src/api/http/gate.ts'
import { route } from '../../src/api/http/openapi.ts'
import { type RateLimitSettings, createRateLimits } from '../../src/api/http/rate-limit.ts'
import { openDatabase } from '../../src/db/open.ts'
import { nodes } from '../../src/db/schema/nodes.ts'
import { createKeys } from '../../src/monitor/auth/keys.service.ts'
import { createPasswords } from '../../src/monitor/auth/passwords.ts'
import { createSessions } from '../../src/monitor/auth/sessions.service.ts'
import { createTickets } from '../../src/monitor/auth/tickets.ts'
import { createTokens } from '../../src/monitor/auth/tokens.ts'
import { createUsers } from '../../src/monitor/auth/users.service.ts'
import type { MonitorEvents } from '../../src/monitor/changes/events.ts'
import { createUnits } from '../../src/monitor/changes/units.ts'
import { createBus } from '../../src/platform/bus.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createTestDatabase } from '../support/database.ts'
import { httpClient, serveApp } from '../support/http.ts'
import { quiet } from '../support/quiet-logger.ts'
import { generousLimits } from '../support/generous-limits.ts'

export const adminPassword = 'first-start-password'

/** The auth part of a monitor over a real database and a real server, with a clock that tests can turn. */
export async function startAuthNode(limits: Partial<RateLimitSettings> = {}) {
  const lines: string[] = []
  const logger = createLogger({ level: 'debug', write: (line) => lines.push(line) })
  const scratch = await createTestDatabase()
  const database = await openDatabase({ url: scratch.url, logger: quiet, max: 4, rawMax: 1 })
  const time = { offsetMs: 0 }
  const clock = () => Date.now() + time.offsetMs
  const bus = createBus<MonitorEvents>({ logger })
  const units = createUnits({ database, bus })
  const passwords = createPasswords()
  const tokens = await createTokens({ secretKey: randomBytes(32), clock })
  const users = createUsers({
    database,
    units,
    passwords,
    clock,
    newPassword: () => randomBytes(18).toString('base64url'),
  })
  const sessions = createSessions({ database, units, bus, tokens, passwords, clock })
  const tickets = createTickets({ database, tokens, sessions, clock })
  const keys = createKeys({ database, units, bus, clock, randomBytes })

  const gate = createGate({
    keys,
    tokens: sessions,
    limits: createRateLimits({ ...generousLimits, ...limits }),
  })
  const app = createApiApp({ gate, logger, newRequestId: randomUUID })
  app.route('/api/v1', authSection({ sessions, users, tickets }))
  app.route('/api/v1', usersSection({ users }))
  app.route('/api/v1', apiKeysSection({ keys, clock }))
  app.route('/api/v1', reportingStub())
  const server = await serveApp(app)

  return {
    database,
    units,
    users,
    sessions,
    tickets,
    keys,
    bus,
    lines,
    time,
    url: server.url,
    databaseUrl: scratch.url,
    client: httpClient(`${server.url}/api/v1`),
    async addNode(agentId: string): Promise<number> {
      const [row] = await database.db
        .insert(nodes)
        .values({ agentId, name: agentId, role: 'probe', path: [agentId] })
        .returning({ id: nodes.id })
      if (!row) throw new Error('an insert returned no row')
      return row.id
    },
    async close(): Promise<void> {
      await server.close()
      await database.close()
      await scratch.drop()
    },
  }
}
export type AuthNode = Awaited<ReturnType<typeof startAuthNode>>

/** Stands for what nodes call: it says which node it took the caller for. */
function reportingStub() {
  const section = createSection()
  const reporting = route({
    method: 'post',
    path: '/reporting',
    tag: 'test',
    summary: 'test',
    auth: 'node',
    limit: 'reports',
  })
  section.openapi(reporting, (c) => done(c, { zh: nodeOf(c).agentId, en: nodeOf(c).agentId }))
  return section
}
