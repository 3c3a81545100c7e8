import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { openDatabase } from '../../src/db/open.ts'
import { firstPreviousHash, sealOf } from '../../src/lib/audit-chain.ts'
import { execute } from '../support/execute.ts'
import { expectData, httpClient } from '../support/http.ts'
import { quiet } from '../support/quiet-logger.ts'
import { adminPassword, plantTree, type Tree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'

const hurriedly = { CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000', CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '1000' }
let tree: Tree
let root: TreeNode
let region: TreeNode
let leaf: TreeNode
beforeAll(async () => {
  tree = plantTree()
  root = await tree.monitor('root', { inside: true, env: hurriedly })
  region = await tree.monitor('region', { parents: [root.url], inside: true })
  leaf = await tree.leaf('leaf', { parents: [region.url], inside: true })
}, 120_000)
afterAll(() => tree?.close())

/** Heads are looked at every few seconds. */
async function soon(what: string, demand: () => Promise<void>): Promise<void> {
  const isMet = async () => {
    await demand()
    return true
  }
  await until(what, isMet, 40_000)
}

async function query<T>(node: TreeNode, statement: string): Promise<T[]> {
  const database = await openDatabase({ url: node.databaseUrl ?? '', logger: quiet, max: 1, rawMax: 1 })
  try {
    return await database.sql.unsafe<T[] & Record<string, unknown>[]>(statement)
  } finally {
    await database.close()
  }
}

/** Newest end of a log that the node has proven to the monitor. */
async function provenAt(monitor: TreeNode, agentId: string, log: string): Promise<number> {
  const rows = await query<{ seq: number }>(
    monitor,
    `select max(h.seq)::int as seq from audit_heads h join nodes n on n.id = h.node_id
     where n.agent_id = '${agentId}' and h.log = '${log}' and h.proven`,
  )
  return rows[0]?.seq ?? 0
}

const Alerts = z.object({
  alerts: z.array(
    z.looseObject({ agent_id: z.string(), type: z.string(), severity: z.string(), details: z.looseObject({}) }),
  ),
})
async function rewrittenAt(monitor: TreeNode) {
  const { alerts } = Alerts.parse(expectData(await monitor.api.get('/alerts?limit=1000')))
  return alerts.filter(({ type }) => type === 'audit_rewritten')
}

/** Asks the leaf, at the root, for something that it refuses and logs. */
async function actOnLeaf(): Promise<void> {
  const http = httpClient(`${root.url}/api`)
  const { token } = z
    .object({ token: z.string() })
    .parse((await http.post('/auth/login', { username: 'admin', password: adminPassword })).body)
  const admin = http.withToken(token)
  await soon('the leaf refuses', async () => {
    const { servers } = z
      .object({ servers: z.array(z.looseObject({ id: z.number(), agent_id: z.string() })) })
      .parse((await admin.get('/servers')).body)
    const id = servers.find(({ agent_id }) => agent_id === 'leaf')?.id
    const answer = await admin.post(`/servers/${id}/processes/1/kill`, {})
    if (answer.status !== 403) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`)
  })
}

function editHostLog(edit: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(join(leaf.dataDir, 'host-audit.sqlite'))
  try {
    edit(db)
  } finally {
    db.close()
  }
}

/** Every entry with another actor, and all seals made anew: the log is intact by itself. */
function rewriteHostLog(): void {
  editHostLog((db) => {
    let previousHash = firstPreviousHash
    for (const row of db.prepare('select * from entries order by id').all()) {
      const entry = {
        at: new Date(String(row['at'])),
        actor: 'somebody@else',
        actorKind: 'user' as const,
        action: String(row['action']),
        target: row['target'] === null ? null : String(row['target']),
        details: z.record(z.string(), z.unknown()).parse(JSON.parse(String(row['details']))),
      }
      const hash = sealOf(previousHash, entry)
      const set = db.prepare('update entries set actor = ?, previous_hash = ?, hash = ? where id = ?')
      set.run(entry.actor, previousHash, hash, row['id'] ?? 0)
      previousHash = hash
    }
  })
}

test('logs that grow are proven to the parent and raise nothing', async () => {
  for (let act = 0; act < 3; act++) await actOnLeaf()
  await soon('the region knows the log of the leaf', async () => {
    const seq = await provenAt(region, 'leaf', 'host')
    if (seq < 3) throw new Error(`only up to ${seq}`)
  })
  await soon('the root knows the log of the region', async () => {
    if ((await provenAt(root, 'region', 'monitor')) < 2) throw new Error('not yet')
  })
  expect(await rewrittenAt(region)).toEqual([])
  expect(await rewrittenAt(root)).toEqual([])
}, 120_000)

test('a host log that was rewritten and sealed anew is seen by its monitor, and known at the root', async () => {
  await leaf.stop()
  rewriteHostLog()
  await leaf.start()
  const alert = {
    agent_id: 'leaf',
    severity: 'critical',
    details: expect.objectContaining({ log: 'host', why: 'rewritten' }),
  }
  for (const monitor of [region, root]) {
    await soon(`${monitor.id} has the alert`, async () => {
      expect(await rewrittenAt(monitor)).toEqual([expect.objectContaining(alert)])
    })
  }
  const logged = await query<{ target: string }>(
    region,
    `select target from audit_log where action = 'audit.rewritten'`,
  )
  expect(logged).toEqual([{ target: 'leaf' }])
}, 120_000)

test('a monitor’s log whose end was cut off is seen by its parent', async () => {
  const kept = await provenAt(root, 'region', 'monitor')
  await execute(region.databaseUrl ?? '', 'alter table audit_log disable trigger audit_log_append_only')
  await execute(region.databaseUrl ?? '', `delete from audit_log where id >= ${kept}`)
  await soon('the root has the alert', async () => {
    const alert = { agent_id: 'region', severity: 'critical', details: expect.objectContaining({ log: 'monitor' }) }
    expect(await rewrittenAt(root)).toContainEqual(expect.objectContaining(alert))
  })
}, 120_000)
