import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/open.ts'
import type { UserActor } from '../../src/monitor/auth/actor.ts'
import { createTickets, ticketLifeS, type Tickets } from '../../src/monitor/auth/tickets.ts'
import { createTokens } from '../../src/monitor/auth/tokens.ts'
import { createSessionHolders, type SessionHolders } from '../../src/monitor/operations/session-holders.ts'
import { createTestDatabase } from '../support/database.ts'
import { quiet } from '../support/quiet-logger.ts'

/** Two processes of one monitor: each with its own connections, both with the same secret key. */
let databases: [Database, Database]
let drop: () => Promise<void>
let ann: UserActor
let now = 0
beforeAll(async () => {
  const scratch = await createTestDatabase()
  const open = () => openDatabase({ url: scratch.url, logger: quiet, max: 2, rawMax: 1 })
  databases = [await open(), await open()]
  drop = scratch.drop
})
afterAll(async () => {
  for (const database of databases ?? []) await database.close()
  await drop?.()
})
beforeEach(async () => {
  now = Date.now()
  const { sql } = databases[0]
  await sql`delete from users`
  const [user] = await sql<Array<{ id: number }>>`
    insert into users (username, password_hash, role) values ('ann', '-', 'operator') returning id`
  ann = { kind: 'user', userId: user?.id ?? 0, username: 'ann', role: 'operator' }
})

describe('tickets', () => {
  let here: Tickets
  let there: Tickets
  let version = 1
  beforeAll(async () => {
    const clock = () => now
    const tokens = await createTokens({ secretKey: randomBytes(32), clock })
    const sessions = {
      versionOf: async () => version,
      actorOfClaims: async (claims: { ver: number }) => (claims.ver === version ? ann : null),
    }
    const [one, other] = databases.map((database) => createTickets({ database, tokens, sessions, clock }))
    if (!one || !other) throw new Error('two processes are needed')
    here = one
    there = other
  })

  test('a ticket opens one socket and no second, in whatever process', async () => {
    const { ticket } = await here.issue(ann)
    expect(await there.redeem(ticket)).toEqual(ann)
    expect(await here.redeem(ticket)).toBeNull()
    expect(await there.redeem(ticket)).toBeNull()
  })

  test('of many who use a ticket at the same time in both processes one gets in', async () => {
    const { ticket } = await here.issue(ann)
    const all = await Promise.all([here, there, here, there, here, there].map((tickets) => tickets.redeem(ticket)))
    expect(all.filter((one) => one !== null)).toHaveLength(1)
  })

  test('a ticket ends by itself, is void when its user was changed since, and garbage is none', async () => {
    const old = await here.issue(ann)
    now += (ticketLifeS + 1) * 1000
    expect(await here.redeem(old.ticket)).toBeNull()
    const voided = await here.issue(ann)
    version++
    expect(await here.redeem(voided.ticket)).toBeNull()
    expect(await here.redeem('a.b.c')).toBeNull()
  })

  test('what was used is forgotten long after it ended', async () => {
    const { sql } = databases[0]
    await here.redeem((await here.issue(ann)).ticket)
    await sql`update used_tickets set ends_at = ends_at - interval '2 hours'`
    await here.redeem((await here.issue(ann)).ticket)
    expect(await sql`select from used_tickets`).toHaveLength(1)
  })
})

describe('terminal sessions', () => {
  let here: SessionHolders
  let there: SessionHolders
  beforeAll(() => {
    here = createSessionHolders({ database: databases[0] })
    there = createSessionHolders({ database: databases[1] })
  })

  test('the id of a session opens the socket of its own server in every process, until it is ended', async () => {
    await here.remember('secret-1', { actor: ann, serverId: 7 })
    expect(await there.take('secret-1', 8)).toBeNull()
    expect(await there.take('secret-2', 7)).toBeNull()
    expect(await there.take('secret-1', 7)).toEqual(ann)
    expect(await here.take('secret-1', 7)).toEqual(ann)
    await there.forget('secret-1')
    expect(await here.take('secret-1', 7)).toBeNull()
  })

  test('who attached in time may come back for a day; who did not needs a token', async () => {
    const { sql } = databases[0]
    await here.remember('attached', { actor: ann, serverId: 7 })
    await here.remember('never attached', { actor: ann, serverId: 7 })
    await there.take('attached', 7)
    await sql`update terminal_holders set made_at = made_at - interval '61 seconds'`
    expect(await here.take('attached', 7)).toEqual(ann)
    expect(await here.take('never attached', 7)).toBeNull()
    await sql`update terminal_holders set made_at = made_at - interval '1 day'`
    expect(await here.take('attached', 7)).toBeNull()
    await here.remember('new', { actor: ann, serverId: 7 })
    expect(await sql`select from terminal_holders`).toHaveLength(1)
  })

  test.each([
    ['the tokens of its maker were voided', 'token_version = token_version + 1'],
    ['its maker was disabled', 'disabled_at = now()'],
  ])('the id is not enough any more when %s', async (_, change) => {
    await here.remember('secret', { actor: ann, serverId: 7 })
    await databases[0].sql.unsafe(`update users set ${change}`)
    expect(await there.take('secret', 7)).toBeNull()
  })

  test('of one user only the newest thousand are kept', async () => {
    const { sql } = databases[0]
    await sql`
      insert into terminal_holders (session_hash, user_id, token_version, server_id, made_at, attached_at)
      select 'h' || n, ${ann.userId}, 1, 7, now() - n * interval '1 second', now() from generate_series(1, 1050) n`
    await here.remember('newest', { actor: ann, serverId: 7 })
    expect(await sql`select from terminal_holders`).toHaveLength(1_000)
    expect(await there.take('newest', 7)).toEqual(ann)
  })
})
