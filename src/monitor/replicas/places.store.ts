import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '../../db/open.ts'
import { linkPlaces } from '../../db/schema/replicas.ts'

/** Which process has the link of a direct child, and by which connection. */
export interface Place {
  agentId: string
  replicaId: string
  connectionId: string
}

/** On which the processes of a monitor tell each other where links are. */
export const placesChannel = 'cortex_places'

type Db = Database['db']

/** The newest connection of a child is here: all are told. With `unlessTaken` only when no other process has it. Answers whether it is here now. */
export async function claimPlace(db: Db, place: Place, unlessTaken = false): Promise<boolean> {
  return await db.transaction(async (tx) => {
    const { replicaId, connectionId } = place
    const rows = await tx
      .insert(linkPlaces)
      .values(place)
      .onConflictDoUpdate({
        target: linkPlaces.agentId,
        set: { replicaId, connectionId },
        ...(unlessTaken ? { setWhere: eq(linkPlaces.replicaId, replicaId) } : {}),
      })
      .returning({ agentId: linkPlaces.agentId })
    if (rows.length === 0) return false
    await tx.execute(sql`select pg_notify(${placesChannel}, ${JSON.stringify(place)})`)
    return true
  })
}

/** That connection is over: all are told, unless a newer one has its place already. */
export async function leavePlace(db: Db, { agentId, connectionId }: Omit<Place, 'replicaId'>): Promise<void> {
  await db.transaction(async (tx) => {
    const rows = await tx
      .delete(linkPlaces)
      .where(and(eq(linkPlaces.agentId, agentId), eq(linkPlaces.connectionId, connectionId)))
      .returning({ agentId: linkPlaces.agentId })
    const gone = { agentId, connectionId, replicaId: null }
    if (rows.length > 0) await tx.execute(sql`select pg_notify(${placesChannel}, ${JSON.stringify(gone)})`)
  })
}

export async function allPlaces(db: Db): Promise<Place[]> {
  return await db.select().from(linkPlaces)
}
