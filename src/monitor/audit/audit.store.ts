import { sql } from 'drizzle-orm'
import type { JsonObject } from '../../contract/common.ts'
import type { Tx } from '../../db/open.ts'
import { auditLog } from '../../db/schema/audit.ts'
import { type AuditEntry, firstPreviousHash, sealOf } from '../../lib/audit-chain.ts'

/** Who acts, by the name that stands in the log. */
export type AuditActor =
  | { kind: 'user'; username: string }
  | { kind: 'node'; agentId: string }
  | { kind: 'system'; name: string }

/** What was done. `details` holds no secret: the log is kept for good and cannot be corrected. */
export interface NewAuditEntry {
  actor: AuditActor
  action: string
  target: string | null
  details: JsonObject
  at?: Date
}

/** Any number, the same in every version: entries are written one after the other, so that each can seal the one before. */
const chainLock = 4_839_201_775

/** Writes an entry in the transaction of the operation itself: what cannot be logged does not happen. */
export async function appendAudit(tx: Tx, added: NewAuditEntry): Promise<void> {
  const previousHash = (await lockChain(tx)) ?? firstPreviousHash
  const entry: AuditEntry = {
    at: added.at ?? new Date(),
    actor: actorName(added.actor),
    actorKind: added.actor.kind,
    action: added.action,
    target: added.target,
    // As it will be read back: without what JSON drops.
    details: JSON.parse(JSON.stringify(added.details)) as JsonObject,
  }
  await tx.insert(auditLog).values({ ...entry, previousHash, hash: sealOf(previousHash, entry) })
}

/**
 * Waits for the end of the chain and reads it: two statements, of which the second sees what was committed while the first one
 * waited, sent together. Nobody else writes to the chain until the transaction ends.
 */
async function lockChain(tx: Tx): Promise<string | undefined> {
  const answers: unknown = await tx.execute(
    sql`select pg_advisory_xact_lock(${sql.raw(String(chainLock))}); select hash from ${auditLog} order by id desc limit 1`,
  )
  const [, newest] = answers as [unknown, Array<{ hash: string }>]
  return newest[0]?.hash
}

/** The name an actor goes by where it is shown: `acknowledged_by`, the audit log, an intent. */
export function actorName(actor: AuditActor): string {
  switch (actor.kind) {
    case 'user':
      return actor.username
    case 'node':
      return actor.agentId
    case 'system':
      return actor.name
  }
}
