import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Executor } from './open.ts'

const dialect = new PgDialect()

/**
 * A statement of a hot path: its text is made once, and the server parses and plans it once per connection; `execute` of
 * drizzle does both every time. What differs from call to call stands in it as `sql.placeholder(name)`.
 */
export function prepared<Row extends Record<string, unknown>>(
  name: string,
  statement: SQL,
): (db: Executor, values: Record<string, string>) => Promise<Row[]> {
  const query = dialect.sqlToQuery(statement)
  return async (db, values) => {
    const ready = db._.session.prepareQuery(query, undefined, name, false)
    return (await ready.execute(values)) as Row[]
  }
}
