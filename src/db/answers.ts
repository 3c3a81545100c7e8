import { within } from '../lib/within.ts'
import type { Database } from './open.ts'

/** Whether the database answers a query within `timeoutMs`. */
export async function databaseAnswers(database: Database, timeoutMs: number): Promise<boolean> {
  const asked = database.sql`select 1`.then(
    () => true,
    () => false,
  )
  const answer = await within(asked, timeoutMs)
  return answer.inTime && answer.value
}
