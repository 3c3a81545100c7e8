import { AuditEntries, type AuditEntriesParams, type AuditHead, type AuditLogName } from '../../contract/audit.ts'
import type { Database } from '../../db/open.ts'
import { entryOfRecord } from '../../lib/audit-record.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Alerts } from '../alerts/alerts.service.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { Units } from '../changes/units.ts'
import { insertProven, knownLogs, type LogState, logState } from './audit-heads.store.ts'
import { brokenLogFault } from './broken-log.ts'
import { type BrokenProof, checkProof } from './proof.ts'

const pageSize = 200
/** Of one log in one go; the rest is for the next. */
const maxPages = 25
const maxLogsAtOnce = 20
const retryMs = 30_000
/** A log that is said to end earlier than before, and cannot be read for so long, is as bad as a rewritten one. */
const unprovenAfterMs = 600_000
/** Every log is looked at so often, also when its node says nothing new. */
const roundMs = 3_600_000

interface Due {
  nodeId: number
  log: AuditLogName
  nextAtMs: number
  /** Since when it could not be read; null: it was not tried. */
  failingSinceMs: number | null
}

/** Lets children prove that their logs have only grown since this monitor last knew where they end. */
export function createHeadProofs(parts: {
  database: Database
  units: Units
  bus: Bus<MonitorEvents>
  alerts: Alerts
  /** Asks the node at the end of `path` for a page of one of its logs. */
  ask: (path: readonly string[], log: AuditLogName, params: AuditEntriesParams) => Promise<unknown>
  clock: () => number
  logger: Logger
}) {
  const { database, units, bus, alerts, ask, clock, logger } = parts
  const waiting = new Map<string, Due>()
  let nextRoundAtMs = 0

  function add(nodeId: number, log: AuditLogName): void {
    const key = `${nodeId} ${log}`
    if (!waiting.has(key)) waiting.set(key, { nodeId, log, nextAtMs: clock(), failingSinceMs: null })
  }
  bus.on('audit_head_moved', ({ node_id, log }) => add(node_id, log))

  /** Answers whether all of it has been seen. */
  async function prove({ node, known, claimed }: LogState, log: AuditLogName): Promise<boolean> {
    let upTo: AuditHead = known
    for (let page = 0; page < maxPages; page++) {
      const answer = AuditEntries.parse(await ask(node.path, log, { from_id: upTo.seq, limit: pageSize }))
      const proof = checkProof(upTo, claimed, answer.entries.map(entryOfRecord), answer.head)
      if (proof.kind === 'broken') {
        await tellBroken({ node, known, claimed }, log, proof, answer.head)
        return true
      }
      const isStuck = !proof.isDone && proof.upTo.seq === upTo.seq
      if (isStuck) throw new Error(`${node.agentId} does not show all of its ${log} log`)
      upTo = proof.upTo
      if (!proof.isDone) continue
      await keepProven({ node, known, claimed }, log, upTo)
      return true
    }
    await keepProven({ node, known, claimed }, log, upTo)
    return false
  }

  async function keepProven({ node, known, claimed }: LogState, log: AuditLogName, upTo: AuditHead): Promise<void> {
    if (upTo.seq === known.seq && claimed.seq === known.seq) return
    await units.run((unit) => insertProven(unit.tx, node, log, upTo, new Date(clock())))
  }

  async function tellBroken(state: LogState, log: AuditLogName, broken: BrokenProof, end: AuditHead): Promise<void> {
    const { node, known } = state
    const fault = brokenLogFault(node, log, known, broken)
    logger.error({ agent_id: node.agentId, ...fault.details }, 'the audit log of a node is not the one that was known')
    await units.run(async (unit) => {
      await alerts.raise(unit, fault, node)
      const actor = { kind: 'system' as const, name: 'audit' }
      await appendAudit(unit.tx, { actor, action: 'audit.rewritten', target: node.agentId, details: fault.details })
      await insertProven(unit.tx, node, log, end, new Date(clock()))
    })
  }

  async function lookAt(key: string, due: Due): Promise<void> {
    const state = await logState(database.db, due.nodeId, due.log)
    if (!state) return void waiting.delete(key)
    try {
      if (await prove(state, due.log)) waiting.delete(key)
    } catch (err) {
      const now = clock()
      due.failingSinceMs ??= now
      due.nextAtMs = now + retryMs
      logger.debug(
        { err, agent_id: state.node.agentId, log: due.log },
        'an audit log could not be read; it is tried again',
      )
      const { known, claimed } = state
      const goesBack = claimed.seq < known.seq || (claimed.seq === known.seq && claimed.hash !== known.hash)
      if (!goesBack || now - due.failingSinceMs < unprovenAfterMs) return
      await tellBroken(state, due.log, { kind: 'broken', why: 'unproven', at: claimed.seq }, claimed)
      waiting.delete(key)
    }
  }

  return {
    /** Looks at the logs that have moved, and now and then at all; some at a time. */
    async look(): Promise<void> {
      const now = clock()
      if (now >= nextRoundAtMs) {
        for (const { nodeId, log } of await knownLogs(database.db)) add(nodeId, log)
        nextRoundAtMs = now + roundMs
      }
      const due = [...waiting].filter(([, { nextAtMs }]) => nextAtMs <= now).slice(0, maxLogsAtOnce)
      await Promise.all(due.map(([key, each]) => lookAt(key, each)))
    },
  }
}
