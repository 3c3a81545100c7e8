import { type AppError, conflict } from '../contract/errors.ts'
import {
  type AppliedMigration,
  type Migration,
  type Plan,
  migrationsFolder,
  planMigrations,
  readMigrations,
} from './migrations.ts'
import type { Database } from './open.ts'

/** Any number that only our migrations use as an advisory lock. */
const lockKey = 7_203_118
const lockTimeoutMs = 60_000

/**
 * Brings the schema up to the program's, in one transaction, and returns the names of the steps taken. Several
 * processes may call it at once: one works, the others wait (at most 60 s) and find nothing to do. Throws `CONFLICT`
 * for a database that a newer program has changed, or whose steps are not this program's.
 */
export async function migrate(database: Pick<Database, 'sql'>, folder: string = migrationsFolder()): Promise<string[]> {
  const known = readMigrations(folder)
  return database.sql.begin(async (sql) => {
    await sql`select set_config('lock_timeout', ${`${lockTimeoutMs}ms`}, true)`
    await sql`select pg_advisory_xact_lock(${lockKey})`
    // The table of drizzle's own migrator, so that its tools understand the database.
    await sql`create schema if not exists drizzle`
    await sql`create table if not exists drizzle.__drizzle_migrations
      (id serial primary key, hash text not null, created_at bigint)`
    const applied = await sql<AppliedMigration[]>`
      select hash, created_at as "madeAt" from drizzle.__drizzle_migrations order by created_at, id`
    const steps = stepsOrThrow(known, applied)
    for (const step of steps) {
      for (const statement of step.statements) await sql.unsafe(statement)
      await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${step.hash}, ${step.madeAt})`
    }
    return steps.map((step) => step.name)
  })
}

function stepsOrThrow(known: Migration[], applied: AppliedMigration[]): Migration[] {
  const plan = planMigrations(known, applied)
  if ('do' in plan) return plan.do
  throw refusePlan(plan)
}

/** What to tell about a database that this program must not touch. */
export function refusePlan(plan: Extract<Plan, { refuse: string }>): AppError {
  if (plan.refuse === 'newer') {
    return conflict(
      '数据库由更新版本的 Cortex 使用过，本程序比它旧。请升级本程序，或换用其他数据库',
      'A newer Cortex has used this database: this program is older than its schema. Upgrade it, or use another database',
    )
  }
  return conflict(
    `数据库中的迁移 ${plan.name} 与本程序的不一致，请换用其他数据库`,
    `The migration ${plan.name} in the database is not the one of this program: use another database`,
  )
}
