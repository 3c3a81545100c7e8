import type { z } from 'zod'
import { AuditEntries, type HostAuditPage, type HostAuditQuery } from '../../contract/audit.ts'
import type { Database } from '../../db/open.ts'
import { firstBroken } from '../../lib/audit-chain.ts'
import { entryOfRecord } from '../../lib/audit-record.ts'
import type { Actor } from '../auth/actor.ts'
import { nodeNotFound } from '../nodes/nodes.errors.ts'
import { findNode } from '../nodes/nodes.store.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import { serverOffline } from './operations.errors.ts'
import { type HostReach, isOutOfReach } from './operations.service.ts'

const deadlineMs = 10_000

/** The logs that hosts keep of what was done on them, read over the link. */
export function createHostAudits({ database, reach }: { database: Database; reach: HostReach }) {
  return {
    /** A page of a host's log, newest first, its seals checked here. Throws NOT_FOUND, SERVER_OFFLINE, TIMEOUT. */
    async page(actor: Actor, agentId: string, query: z.output<typeof HostAuditQuery>): Promise<HostAuditPage> {
      const node = await findNode(database.db, agentId)
      if (!node || node.deletedAt || !isVisible(visibilityOf(actor), node)) throw nodeNotFound(agentId)
      const asked = await reach.call(node.path, 'audit.host_entries', query, { deadlineMs }).catch((error: unknown) => {
        throw isOutOfReach(error) ? serverOffline(node.name, error.hop) : error
      })
      const { head, entries } = AuditEntries.parse(asked)
      const broken = firstBroken(entries[0]?.previous_hash ?? '', entries.map(entryOfRecord))
      return {
        agent_id: agentId,
        head,
        entries: entries.toReversed(),
        intact: broken === null,
        broken_at: broken?.id ?? null,
      }
    },
  }
}
export type HostAudits = ReturnType<typeof createHostAudits>
