import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Executor } from './open.ts'

const dialect = new PgDialect()

/**
 * Runs a statement that the server parses and plans once per connection, not every time; `execute` of drizzle does it
 * every time. For statements of a hot path whose text is always the same and whose values are all parameters.
 */
export async function executePrepared<Row extends Record<string, unknown>>(
  db: Executor,
  name: string,
  statement: SQL,
): Promise<Row[]> {
  const query = db._.session.prepareQuery(dialect.sqlToQuery(statement), undefined, name, false)
  return (await query.execute()) as Row[]
}
