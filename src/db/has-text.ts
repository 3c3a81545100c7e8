import { or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { occursIn } from './like-pattern.ts'

/** One of the columns has this text in it, whatever the case. */
export const hasText = (text: string, columns: readonly PgColumn[]): SQL =>
  or(...columns.map((column) => sql`${column} ilike ${occursIn(text)}`)) ?? sql`false`
