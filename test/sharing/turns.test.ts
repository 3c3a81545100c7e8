import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { endTurn, isDeliberated, takeTurn } from '../../src/monitor/decisions/turns.store.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { createTestDatabase } from '../support/database.ts'
import { quiet } from '../support/quiet-logger.ts'

const [one, other] = [randomUUID(), randomUUID()]
const forMs = 60_000

let database: Database
let drop: () => Promise<void>
let decision: number
beforeAll(async () => {
  const scratch = await createTestDatabase()
  drop = scratch.drop
  database = await openDatabase({ url: scratch.url, logger: quiet, max: 4, rawMax: 1 })
  await database.sql`insert into replicas (id, address) select unnest(${[one, other]}::uuid[]), 'http://127.0.0.1'`
  await database.sql`insert into nodes (agent_id, name, role, path) values ('leaf', 'leaf', 'probe', array['root', 'leaf'])`
})
afterAll(async () => {
  await database?.close()
  await drop?.()
})
beforeEach(async () => {
  await database.sql`update replicas set seen_at = now() + interval '1 hour'`
  const [row] = await database.sql<Array<{ id: number }>>`
    insert into decisions (node_id, request_id, issue_type, subject, issue_description, severity, proposed_action, created_at, expires_at)
    select id, ${randomUUID()}, 't', 's', '', 'high', '', now(), now() + interval '1 hour' from nodes returning id`
  decision = row?.id ?? 0
})

const take = (who: string, ms = forMs) => takeTurn(database.db, decision, who, ms)

test('of many that want to deliberate one does, until it ends that itself', async () => {
  const taken = await Promise.all([one, other, one, other].map((who) => take(who)))
  expect(taken.filter(Boolean)).toHaveLength(1)
  const [holder, waiting] = taken[0] || taken[2] ? [one, other] : [other, one]
  await endTurn(database.db, decision, waiting ?? '')
  expect(await isDeliberated(database.db, decision)).toBe(true)
  await endTurn(database.db, decision, holder ?? '')
  expect(await isDeliberated(database.db, decision)).toBe(false)
  expect(await take(waiting ?? '')).toBe(true)
})

test.each([
  ['whose process gives no sign of life', `update replicas set seen_at = now() - interval '6 seconds'`],
  ['whose process is not known any more', 'delete from replicas'],
  ['whose time is over', `update deliberations set until = now() - interval '1 second'`],
])('a deliberation %s is taken over', async (_, happens) => {
  expect(await take(one)).toBe(true)
  expect(await take(other)).toBe(false)
  await database.sql.unsafe(happens)
  expect(await isDeliberated(database.db, decision)).toBe(false)
  expect(await take(other)).toBe(true)
  await database.sql`insert into replicas (id, address) select unnest(${[one, other]}::uuid[]), 'http://127.0.0.1' on conflict do nothing`
})
