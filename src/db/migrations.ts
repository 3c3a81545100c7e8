import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** One step of the schema, as drizzle-kit writes it. */
export interface Migration {
  name: string
  /** When it was generated, in ms; the order of the steps. */
  madeAt: number
  hash: string
  statements: string[]
}

/** One step that a database has taken. */
export interface AppliedMigration {
  hash: string
  madeAt: number
}

const journal = z.object({
  entries: z.array(z.object({ idx: z.number().int(), when: z.number().int(), tag: z.string().min(1) })),
})

/** The program's `drizzle` folder: the nearest one above this file, in a checkout as in a bundle. */
export function migrationsFolder(from: string = import.meta.dirname): string {
  const folder = join(from, 'drizzle')
  if (existsSync(join(folder, 'meta/_journal.json'))) return folder
  if (dirname(from) === from) throw new Error('the folder "drizzle" with the migrations is missing from the program')
  return migrationsFolder(dirname(from))
}

/** Reads the migrations of a folder; throws when their order does not rise or a file is missing. */
export function readMigrations(folder: string): Migration[] {
  const { entries } = journal.parse(JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')))
  const migrations = entries.map(({ tag, when }) => {
    const text = readFileSync(join(folder, `${tag}.sql`), 'utf8')
    return {
      name: tag,
      madeAt: when,
      hash: createHash('sha256').update(text).digest('hex'),
      statements: text.split('--> statement-breakpoint').filter((statement) => statement.trim() !== ''),
    }
  })
  const late = migrations.find((migration, at) => migration.madeAt <= (migrations[at - 1]?.madeAt ?? -1))
  if (late) throw new Error(`migration ${late.name} is dated before the one it follows: generate it again`)
  return migrations
}

/** What to do with a database: the steps it lacks, or why it must not be touched. */
export type Plan = { do: Migration[] } | { refuse: 'newer' } | { refuse: 'changed'; name: string }

/** Compares the program's steps with those the database has taken, both in rising order. */
export function planMigrations(known: Migration[], applied: AppliedMigration[]): Plan {
  const newest = known.at(-1)?.madeAt ?? 0
  if (applied.some((step) => step.madeAt > newest)) return { refuse: 'newer' }
  for (const [at, step] of applied.entries()) {
    const same = known[at]
    if (!same || same.hash !== step.hash) return { refuse: 'changed', name: same?.name ?? step.hash }
  }
  return { do: known.slice(applied.length) }
}
