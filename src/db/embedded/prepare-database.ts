import postgres from 'postgres'
import type { ConnectionOptions } from '../connection-url.ts'
import { superuser } from './cluster.ts'

/** The role and the database of the node: it owns its database and is no superuser. */
export const nodeRole = 'cortex'

/** Makes the role `cortex` and its database where they are missing. `target` names them and the password. */
export async function prepareDatabase(target: ConnectionOptions): Promise<void> {
  const sql = postgres({ ...target, database: 'postgres', username: superuser, max: 1, onnotice: undefined })
  try {
    const [found] = await sql<{ role: boolean; database: boolean }[]>`
      select exists(select from pg_roles where rolname = ${nodeRole}) as role,
             exists(select from pg_database where datname = ${target.database}) as database`
    if (!found?.role) {
      // A statement of this kind takes no parameters; the password is our own base64url text.
      await sql.unsafe(`create role ${nodeRole} login createdb password '${target.password}'`)
    }
    if (!found?.database) await sql`create database ${sql(target.database)} owner ${sql(nodeRole)}`
  } finally {
    await sql.end({ timeout: 1 })
  }
}
