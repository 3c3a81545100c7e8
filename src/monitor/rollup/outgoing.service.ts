import type { AuditHead } from '../../contract/audit.ts'
import type { Report, ReportReceipt } from '../../contract/reports.ts'
import type { Database } from '../../db/open.ts'
import { auditHead } from '../audit/audit-read.store.ts'
import { changesAfter, feedPosition } from '../changes/changes.store.ts'
import { selfNode, stateOf } from '../nodes/nodes.store.ts'
import { offeredAfter } from './feed-step.ts'
import { trimmed } from './trim.ts'
import { entitiesOf, keepParentPosition, parentPosition, subtreeFigures } from './outgoing.store.ts'

/** Makes the rolled-up reports of a region and keeps its place with each parent (design: state goes all the way up). */
export function createOutgoingRollup(parts: {
  database: Database
  clock: () => number
  startedAtMs: number
  version: string
  newId: () => string
  /** Where the log of this monitor's own host ends. */
  hostHead: () => AuditHead
  /** What changed more comes in further parts. */
  maxChangesPerReport?: number
}) {
  const { maxChangesPerReport = 1000 } = parts
  const { database, clock, startedAtMs, version, newId, hostHead } = parts
  /** Marks offered to a parent since its last answer. In memory on purpose: a database that is put back must not know of them. */
  const offeredTo = new Map<string, string[]>()

  async function build(parentId: string): Promise<{ report: Report; more: boolean }> {
    const { db } = database
    const { seq: fromSeq, mark } = await parentPosition(db, parentId)
    const { epoch } = await feedPosition(db)
    const { changes, toSeq, more } = await changesAfter(db, fromSeq, maxChangesPerReport)
    const self = await selfNode(db)
    const state = await stateOf(db, self.id)
    const figures = await subtreeFigures(db)
    const now = new Date(clock()).toISOString()
    const offered = offeredAfter(offeredTo.get(parentId) ?? [], newId())
    offeredTo.set(parentId, offered)
    const report: Report = {
      agent_id: self.agentId,
      timestamp: now,
      status: state.healthStatus === 'unknown' ? 'healthy' : state.healthStatus,
      metrics: {
        cpu_percent: figures.cpu,
        memory_percent: figures.memory,
        disk_percent: figures.disk,
        load_average: figures.load,
        uptime_seconds: Math.max(0, Math.round((clock() - startedAtMs) / 1000)),
      },
      issues: [],
      actions_taken: [],
      metadata: {
        probe_version: version,
        issues_count: { L1: state.issuesL1, L2: state.issuesL2, L3: state.issuesL3 },
        path: [self.agentId],
        audit_heads: { host: hostHead(), monitor: await auditHead(db) },
        rollup: {
          epoch,
          from_seq: fromSeq,
          to_seq: toSeq,
          mark,
          offered,
          snapshot_end: !more,
          as_of: now,
          entities: (await entitiesOf(db, changes)).map(trimmed),
        },
      },
      report_uid: newId(),
    }
    return { report, more }
  }

  return {
    /**
     * Sends everything that the parent has not acknowledged, in parts, until it has all of it. Rejects when the parent
     * cannot be reached; the next call goes on from what it acknowledged.
     */
    async flush(parentId: string, send: (report: Report) => Promise<ReportReceipt>): Promise<void> {
      for (let more = true; more;) {
        const built = await build(parentId)
        const receipt = await send(built.report)
        const ack = receipt.rollup_ack
        const sent = built.report.metadata.rollup
        if (!ack || !sent) return
        const startsAnew = ack.snapshot || ack.epoch !== sent.epoch
        const position = startsAnew ? { seq: 0, mark: null } : { seq: ack.seq, mark: ack.mark }
        await keepParentPosition(database.db, parentId, position)
        offeredTo.delete(parentId)
        more = built.more || startsAnew || ack.seq < sent.to_seq
      }
    },
  }
}
