import { and, asc, eq, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { JsonObject } from '../../contract/common.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { commands } from '../../db/schema/tree.ts'

export interface Command {
  uid: string
  /** agent_id of the monitor it is for; every monitor on the way carries it out too. */
  target: string
  kind: string
  payload: JsonObject
}

/** On its way to the next hop, with how long it has waited here for a link. */
export interface WaitingCommand extends Command {
  waited_ms: number
}

/** Far longer than anything waits. */
const maxWaitedMs = 2_000_000_000

/** Keeps a command for its next hop. False when it was here before. */
export async function keepCommand(tx: Tx, command: Command, nextHop: string, takenAt: Date | null): Promise<boolean> {
  const rows = await tx
    .insert(commands)
    .values({ ...command, nextHop, takenAt })
    .onConflictDoNothing()
    .returning({ uid: commands.uid })
  return rows.length > 0
}

/** The next hop gets this instead. */
export async function changePayload(tx: Tx, uid: string, payload: JsonObject): Promise<void> {
  await tx.update(commands).set({ payload }).where(eq(commands.uid, uid))
}

/** What the next hop has not taken over yet, oldest first. */
export async function waitingCommands(db: Executor, nextHop: string, limit: number): Promise<WaitingCommand[]> {
  return await db
    .select({
      uid: commands.uid,
      target: commands.target,
      kind: commands.kind,
      payload: commands.payload,
      waited_ms: sql<number>`least(greatest(0, extract(epoch from clock_timestamp() - ${commands.createdAt}) * 1000), ${maxWaitedMs})::int`,
    })
    .from(commands)
    .where(and(eq(commands.nextHop, nextHop), isNull(commands.takenAt)))
    .orderBy(asc(commands.createdAt), asc(commands.uid))
    .limit(limit)
}

export async function markTaken(db: Executor, uids: readonly string[], at: Date): Promise<void> {
  if (uids.length === 0) return
  await db
    .update(commands)
    .set({ takenAt: at })
    .where(inArray(commands.uid, [...uids]))
}

/** Forgets what was taken over before `before`, and what has waited in vain since `abandonedBefore`. */
export async function forgetCommands(db: Executor, before: Date, abandonedBefore: Date): Promise<void> {
  await db.delete(commands).where(lt(commands.takenAt, before))
  await db.delete(commands).where(and(isNull(commands.takenAt), lt(commands.createdAt, abandonedBefore)))
}
