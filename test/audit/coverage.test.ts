import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiNode, type Leaf, startApiNode } from '../cortex-api/api-node.ts'
import { allowed, nameOf, operations, send, soundRequest } from '../cortex-api/operations.ts'

/** What changes nothing that anybody decides, and why that is so. */
const withoutEntry: Record<string, string> = {
  'POST /reports': 'measurements, kept as reports',
  'POST /reports/batch': 'measurements, kept as reports',
  'POST /heartbeat': 'a sign of life',
  'POST /decisions/{decision_id}/result': 'kept with the decision and as an intent',
  'POST /auth/refresh': 'prolongs a login that is in the log',
  'POST /auth/ws-ticket': 'opens a socket with a login that is in the log',
  'POST /self/inspect': 'looks',
}

let node: ApiNode
let leaf: Leaf
beforeAll(async () => {
  node = await startApiNode({ CORTEX_PROBE_ENABLED: 'false' })
  leaf = await node.join('leaf-audited')
})
afterAll(() => node?.close())

const newest = async () => Number((await node.sql`select coalesce(max(id), 0)::int as id from audit_log`)[0]?.['id'])
const changing = operations.filter(({ method }) => method !== 'get')

test('every exception is an operation', () => {
  expect(Object.keys(withoutEntry).filter((name) => !changing.map(nameOf).includes(name))).toEqual([])
})

const logged = changing.filter((operation) => !(nameOf(operation) in withoutEntry))
const own = (name: string) => name === 'POST /auth/password' || name === 'POST /auth/end-sessions'

test.each(logged.map((operation) => [nameOf(operation), operation] as const))(
  '%s is in the audit log, and does not happen when it cannot be',
  async (name, operation) => {
    const client = own(name) ? (await node.person('viewer')).api : allowed(operation, node, leaf)
    const refused = await soundRequest(operation, node, leaf)
    const before = await newest()
    await node.sql`alter table audit_log add constraint full_disk check (id <= ${node.sql.unsafe(String(before))})`
    try {
      const answer = await send(client, operation, refused.path, refused.body)
      // A decision that cannot be written down is not made: it waits.
      const waits = JSON.stringify(answer.body).includes('"status":"pending"')
      expect(waits || answer.status >= 500, JSON.stringify(answer.body)).toBe(true)
    } finally {
      await node.sql`alter table audit_log drop constraint full_disk`
    }
    expect(await newest()).toBe(before)

    // It had not happened, so that the same request is as good as new.
    const answer = await send(client, operation, refused.path, refused.body)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    expect(await newest()).toBeGreaterThan(before)
  },
)
