import { refusePlan } from './migrate.ts'
import { type AppliedMigration, migrationsFolder, planMigrations, readMigrations } from './migrations.ts'
import type { Database } from './open.ts'

/**
 * Names of the steps that the database lacks, in their order; changes nothing. Throws `CONFLICT` for a database that a newer
 * program has changed, or whose steps are not this program's.
 */
export async function missingMigrations(
  database: Pick<Database, 'sql'>,
  folder: string = migrationsFolder(),
): Promise<string[]> {
  const { sql } = database
  const [table] = await sql<{ present: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as present`
  const applied = table?.present
    ? await sql<AppliedMigration[]>`
        select hash, created_at as "madeAt" from drizzle.__drizzle_migrations order by created_at, id`
    : []
  const plan = planMigrations(readMigrations(folder), applied)
  if ('refuse' in plan) throw refusePlan(plan)
  return plan.do.map((step) => step.name)
}
