import { and, asc, count, eq, isNull, sql } from 'drizzle-orm'
import type { UserRole } from '../../contract/common.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { users } from '../../db/schema/users.ts'

export type UserRow = typeof users.$inferSelect

/** A user by name, in whatever case it was typed. */
export async function findUserByName(db: Executor, username: string): Promise<UserRow | null> {
  const [row] = await db
    .select()
    .from(users)
    .where(sql`lower(${users.username}) = lower(${username})`)
  return row ?? null
}

export async function findUserById(db: Executor, id: number): Promise<UserRow | null> {
  const [row] = await db.select().from(users).where(eq(users.id, id))
  return row ?? null
}

export async function countUsers(db: Executor): Promise<number> {
  const [row] = await db.select({ total: count() }).from(users)
  return row?.total ?? 0
}

export async function listUsers(
  db: Executor,
  page: { limit: number; offset: number },
): Promise<{ rows: UserRow[]; total: number }> {
  const rows = await db.select().from(users).orderBy(asc(users.id)).limit(page.limit).offset(page.offset)
  return { rows, total: await countUsers(db) }
}

/** The new user; `null` when the name is taken. */
export async function insertUser(
  tx: Tx,
  added: { username: string; email: string | null; passwordHash: string; role: UserRole; passwordIsFirst: boolean },
): Promise<UserRow | null> {
  const [row] = await tx.insert(users).values(added).onConflictDoNothing().returning()
  return row ?? null
}

/** Changes a user and voids every token issued before. */
export async function changeUser(
  tx: Tx,
  id: number,
  change: Partial<Pick<UserRow, 'passwordHash' | 'role' | 'disabledAt' | 'email'>>,
): Promise<UserRow | null> {
  const [row] = await tx
    .update(users)
    .set({
      ...change,
      ...(change.passwordHash === undefined ? {} : { passwordIsFirst: false }),
      tokenVersion: sql`${users.tokenVersion} + 1`,
    })
    .where(eq(users.id, id))
    .returning()
  return row ?? null
}

export async function deleteUser(tx: Tx, id: number): Promise<void> {
  await tx.delete(users).where(eq(users.id, id))
}

/** Notes a login; `null` when the user was disabled or got another password since it was checked. */
export async function recordLogin(tx: Tx, checked: UserRow, at: Date): Promise<UserRow | null> {
  const [row] = await tx
    .update(users)
    .set({ lastLoginAt: at })
    .where(and(eq(users.id, checked.id), eq(users.passwordHash, checked.passwordHash), isNull(users.disabledAt)))
    .returning()
  return row ?? null
}

/** The active admins; nobody else demotes, disables or deletes one before this transaction ends. */
export async function lockActiveAdmins(tx: Tx): Promise<number[]> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'admin'), isNull(users.disabledAt)))
    .orderBy(asc(users.id))
    .for('update')
  return rows.map((row) => row.id)
}

/** One process at a time looks whether this is the first start. */
export async function lockFirstStart(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(4839201776)`)
}
