import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { AuditHead, AuditLogName } from '../../contract/audit.ts'
import type { Executor, Tx } from '../../db/open.ts'
import { auditHeads } from '../../db/schema/audit.ts'
import { nodes } from '../../db/schema/nodes.ts'
import { type NodeRow, nodeById } from '../nodes/nodes.store.ts'

/** So many ends of one log are kept. */
const maxKept = 100

/** Keeps where a log ends by its node's account. The first end that is heard of a machine is taken as true. */
export async function insertClaim(
  tx: Tx,
  claim: { nodeId: number; log: AuditLogName; head: AuditHead; at: Date },
): Promise<void> {
  const { nodeId, log, head, at } = claim
  const ofMachine = sql`h.node_id = n.id and h.log = ${log} and h.node_uid is not distinct from n.node_uid`
  await tx.execute(sql`
    insert into ${auditHeads} (node_id, log, node_uid, seq, hash, proven, received_at)
    select n.id, ${log}, n.node_uid, ${head.seq}::bigint, ${head.hash},
      not exists (select 1 from ${auditHeads} h where ${ofMachine}), ${at.toISOString()}::timestamptz
    from ${nodes} n where n.id = ${nodeId} and not exists (
      select 1 from (select h.seq, h.hash from ${auditHeads} h where ${ofMachine} order by h.id desc limit 1) newest
      where newest.seq = ${head.seq}::bigint and newest.hash = ${head.hash})`)
  await forgetOld(tx, nodeId, log)
}

/** The newest proven end stays, however old it is. */
async function forgetOld(tx: Tx, nodeId: number, log: AuditLogName): Promise<void> {
  const mine = sql`node_id = ${nodeId} and log = ${log}`
  await tx.execute(sql`
    delete from ${auditHeads} where ${mine}
      and id < (select id from ${auditHeads} where ${mine} order by id desc offset ${maxKept} limit 1)
      and id <> (select max(id) from ${auditHeads} where ${mine} and proven)`)
}

export interface LogState {
  node: NodeRow
  /** The newest end that is known to be in the log. */
  known: AuditHead & { at: Date }
  /** The newest end that the node has told. */
  claimed: AuditHead
}

/** What is known of a log; null when nothing is, or its node is gone. */
export async function logState(db: Executor, nodeId: number, log: AuditLogName): Promise<LogState | null> {
  const node = await nodeById(db, nodeId)
  if (!node || node.deletedAt) return null
  const newest = async (onlyProven: boolean) => {
    const [row] = await db
      .select()
      .from(auditHeads)
      .where(
        and(
          eq(auditHeads.nodeId, nodeId),
          eq(auditHeads.log, log),
          sql`${auditHeads.nodeUid} is not distinct from ${node.nodeUid}`,
          onlyProven ? eq(auditHeads.proven, true) : undefined,
        ),
      )
      .orderBy(desc(auditHeads.id))
      .limit(1)
    return row
  }
  const [known, claimed] = [await newest(true), await newest(false)]
  if (!known || !claimed) return null
  return { node, known: { seq: known.seq, hash: known.hash, at: known.receivedAt }, claimed }
}

/** From now on the log is known up to there. */
export async function insertProven(tx: Tx, node: NodeRow, log: AuditLogName, head: AuditHead, at: Date): Promise<void> {
  const row = { nodeId: node.id, log, nodeUid: node.nodeUid, seq: head.seq, hash: head.hash }
  await tx.insert(auditHeads).values({ ...row, proven: true, receivedAt: at })
  await forgetOld(tx, node.id, log)
}

/** Every log that something is known of, of nodes that are here. */
export async function knownLogs(db: Executor): Promise<Array<{ nodeId: number; log: AuditLogName }>> {
  return await db
    .selectDistinct({ nodeId: auditHeads.nodeId, log: auditHeads.log })
    .from(auditHeads)
    .innerJoin(nodes, eq(nodes.id, auditHeads.nodeId))
    .where(isNull(nodes.deletedAt))
}
