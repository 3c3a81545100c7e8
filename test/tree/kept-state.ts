import { inject } from 'vitest'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { dropDatabase, execute } from '../support/execute.ts'
import { quiet } from '../support/quiet-logger.ts'
import type { TreeNode } from '../support/tree.ts'

/** What a monitor keeps of the subtree of a region: what must be the same at the region and at every ancestor. */
export interface KeptState {
  nodes: unknown[]
  openAlerts: unknown[]
  decisions: unknown[]
}

/** Runs a query on a monitor's database over a connection of its own. */
export async function rowsOf<T>(databaseUrl: string, statement: string, ...values: string[]): Promise<T[]> {
  const database = await openDatabase({ url: databaseUrl, logger: quiet, max: 1, rawMax: 1 })
  try {
    return (await database.sql.unsafe(statement, values)) as unknown as T[]
  } finally {
    await database.close()
  }
}

/** The state below `regionId` in that database, with paths from there on. */
export async function keptState(databaseUrl: string, regionId: string): Promise<KeptState> {
  const database = await openDatabase({ url: databaseUrl, logger: quiet, max: 1, rawMax: 1 })
  try {
    return await keptIn(database, regionId)
  } finally {
    await database.close()
  }
}

/** As `keptState`, over a connection that is open; with `prefix` only of nodes whose agent_id begins so. */
export async function keptIn({ sql }: Pick<Database, 'sql'>, regionId: string, prefix = ''): Promise<KeptState> {
  const rowsOf = async (statement: string): Promise<unknown[]> => [...(await sql.unsafe(statement, [regionId, prefix]))]
  const below = `n.deleted_at is null and not n.is_self and $1 = any(n.path) and n.agent_id <> $1 and starts_with(n.agent_id, $2)`
  const path = `n.path[array_position(n.path, $1):]`
  return {
    nodes: await rowsOf(
      `select n.agent_id, ${path} as path, n.name, n.role, n.node_uid, n.generation, s.status, s.health_status,
        s.issues_l1, s.issues_l2, s.issues_l3 from nodes n join node_states s on s.node_id = n.id where ${below} order by 1`,
    ),
    openAlerts: await rowsOf(
      `select a.uid, n.agent_id, a.type, a.subject, a.severity, a.status from alerts a join nodes n on n.id = a.node_id
       where a.status <> 'resolved' and ${below} order by a.uid`,
    ),
    decisions: await rowsOf(
      `select n.agent_id, d.request_id, d.status, d.execution_result from decisions d join nodes n on n.id = d.node_id
       where ${below} order by 1, 2`,
    ),
  }
}

function nameOf(node: TreeNode): string {
  if (node.databaseUrl === null) throw new Error(`${node.id} has no database`)
  return new URL(node.databaseUrl).pathname.slice(1)
}

/** Copies the database of a monitor that is stopped; `restore` brings that state back (stopped again), `drop` forgets it. */
export async function backupOf(node: TreeNode): Promise<{ restore(): Promise<void>; drop(): Promise<void> }> {
  const { url } = inject('testServer')
  const backup = `${nameOf(node)}_backup`
  await copyDatabase(url, nameOf(node), backup)
  return {
    restore: () => copyDatabase(url, backup, nameOf(node)),
    drop: () => dropDatabase(url, backup),
  }
}

/** Gives a monitor that is stopped an empty database, as on its first start. */
export async function wipe(node: TreeNode): Promise<void> {
  const { url, template } = inject('testServer')
  await copyDatabase(url, template, nameOf(node))
}

async function copyDatabase(serverUrl: string, from: string, to: string): Promise<void> {
  await dropDatabase(serverUrl, to)
  await execute(
    serverUrl,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${from}' and backend_type = 'client backend'`,
  )
  await execute(serverUrl, `create database ${to} template ${from}`)
}
