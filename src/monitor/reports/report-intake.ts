import type { ActionReport } from '../../contract/reports.ts'
import { issueSubject } from '../../contract/subject.ts'
import type { Alerts } from '../alerts/alerts.service.ts'
import type { HeadClaims } from '../audit-heads/claims.ts'
import type { Unit } from '../changes/units.ts'
import type { Tx } from '../../db/open.ts'
import { decisionById, decisionOf } from '../decisions/decisions.store.ts'
import { recordResult } from '../decisions/results.ts'
import { type NewIntent, taskOf, writeIntents } from '../intents/intents.store.ts'
import type { Liveness } from '../liveness/liveness.service.ts'
import { updateNode } from '../nodes/nodes.store.ts'
import { tellStatusChanges } from '../nodes/status.store.ts'
import type { Evaluation } from '../rules/evaluation.ts'
import { measuredIn } from '../rules/figures.ts'
import { currentItems, doubtful, type Incoming, type Present } from './incoming.ts'
import { signOf } from './report-rows.ts'
import { applySigns, insertReports, presentOrders, presentTimes, type Sign, type StateChange } from './reports.store.ts'
import { tellCurrent, tellTaken } from './telling.ts'

export interface Taken {
  reportId: number
  duplicate: boolean
  alertsTriggered: number
}

export interface IntakeParts {
  alerts: Alerts
  liveness: Liveness
  evaluation: Evaluation
  /** How long a node may be silent without being missed. */
  offlineAfterMs: number
  auditHeads: Pick<HeadClaims, 'note' | 'areKnown'>
}

/** What a batch of reports does, in the caller's transaction. */
export function createIntake({ alerts, liveness, evaluation, offlineAfterMs, auditHeads }: IntakeParts) {
  /** Signs of life, at most one per node: states, and what follows from a change. */
  async function takeSigns(unit: Unit, signs: readonly Sign[]): Promise<StateChange[]> {
    const changes = await applySigns(unit.tx, signs)
    const back = changes
      .filter((change) => change.oldStatus !== 'online')
      .map((change) => ({ ...change, newStatus: 'online' as const }))
    if (back.length > 0) {
      await tellStatusChanges(unit, back, 'heard_from', new Date(Math.max(...signs.map((sign) => sign.receivedAtMs))))
      await liveness.heard(unit, back)
    }
    const versions = new Map(signs.map((sign) => [sign.nodeId, sign.version]))
    for (const change of changes) {
      const version = versions.get(change.nodeId) ?? change.version
      if (version !== change.version) {
        // The node was upgraded.
        await updateNode(unit.tx, change.nodeId, { version })
        unit.changed('node', change.nodeId)
      }
      if (change.moved || change.oldHealth !== change.newHealth) unit.changed('node', change.nodeId)
      if (change.oldHealth !== change.newHealth && change.oldStatus === 'online') {
        unit.emit('node_status_changed', {
          agent_id: change.agentId,
          old_status: 'online',
          new_status: 'online',
          old_health: change.oldHealth,
          new_health: change.newHealth,
          reason: 'health_changed',
        })
      }
    }
    return changes
  }

  /** The faults of a node's present report: L3 become alerts; after a complete list, what is missing is over. */
  async function takeFaults(unit: Unit, item: Incoming, hadL3: boolean): Promise<number> {
    const node = { id: item.nodeId, agentId: item.agentId }
    const faults = item.report.issues
      .filter((issue) => issue.level === 'L3')
      .map((issue) => ({ issue, type: issue.type, subject: issueSubject(issue) }))
    let triggered = 0
    for (const { issue, type, subject } of faults) {
      const { created } = await alerts.raise(
        unit,
        {
          nodeId: item.nodeId,
          level: 'L3',
          type,
          subject,
          description: issue.description,
          severity: issue.severity,
          details: issue.details,
          origin: 'issue',
        },
        node,
      )
      if (created) triggered++
    }
    if (item.report.metadata.issues_complete && (hadL3 || faults.length > 0)) await alerts.keepOnly(unit, node, faults)
    return triggered
  }

  /** What a node did by itself or after an approval. */
  async function takeActions(unit: Unit, item: Incoming): Promise<void> {
    const receivedAt = new Date(item.receivedAtMs)
    const intents: NewIntent[] = []
    for (const action of item.report.actions_taken) {
      if (await takeResult(unit, item, action, receivedAt)) continue
      const taskId = action.issue_type
        ? await taskOf(unit.tx, item.nodeId, action.issue_type, action.subject ?? '')
        : null
      intents.push({
        nodeId: item.nodeId,
        taskId,
        type: action.result === 'success' ? 'milestone' : 'blocker',
        data: `${action.level} action on ${item.agentId}: ${action.action} - ${action.result}${action.details ? ` (${action.details.slice(0, 1000)})` : ''}`,
        actor: item.agentId,
        at: action.timestamp ? new Date(action.timestamp) : receivedAt,
      })
    }
    await writeIntents(unit.tx, intents)
  }

  /** True when the action was the execution of a decision of this node, whose result is kept now. */
  async function takeResult(unit: Unit, item: Incoming, action: ActionReport, receivedAt: Date): Promise<boolean> {
    const byRequest = action.request_id ? await decisionOf(unit.tx, item.nodeId, action.request_id) : null
    const id = byRequest?.id ?? action.decision_id
    const found = id === undefined ? null : await decisionById(unit.tx, id)
    if (
      !found ||
      found.row.nodeId !== item.nodeId ||
      found.row.status !== 'approved' ||
      found.row.executionResult !== null
    )
      return false
    await recordResult(
      unit,
      found,
      { status: action.result, output: action.details, executed_at: action.timestamp },
      receivedAt,
    )
    return true
  }

  /** Stores reports and everything that follows from them; answers in the order given. */
  async function takeReports(unit: Unit, items: readonly Incoming[]): Promise<Taken[]> {
    const stored = await insertReports(unit.tx, items)
    const fresh = items.filter((_, index) => stored[index]?.duplicate === false)
    const current = currentItems(fresh, await presentsOf(unit.tx, fresh))
    const states = new Map<number, StateChange>()
    const signs = fresh.filter((_, index) => current.has(index)).map(signOf)
    if (signs.length > 0) for (const change of await takeSigns(unit, signs)) states.set(change.nodeId, change)

    const triggered = new Map<Incoming, number>()
    for (const [index, item] of fresh.entries()) {
      if (current.has(index)) {
        if (item.report.metadata.audit_heads && !item.backlog)
          await auditHeads.note(unit, item.nodeId, item.report.metadata.audit_heads)
        triggered.set(item, await takeFaults(unit, item, states.get(item.nodeId)?.hadL3 ?? false))
        tellCurrent(unit, item)
      }
      if (item.report.actions_taken.length > 0) await takeActions(unit, item)
    }
    // Of a backlog nothing is true any more; rolled-up figures are averages of many.
    const live = fresh.filter((item, index) => current.has(index) && !item.backlog && !item.report.metadata.rollup)
    await evaluation.judge(
      unit,
      live.map((item) => measuredIn(item, offlineAfterMs)),
    )
    return items.map((item, index) => {
      const result = stored[index]
      if (!result) throw new Error('a report was stored without a result')
      tellTaken(unit, item, result.duplicate ? 'duplicate' : 'accepted')
      return { ...result, alertsTriggered: triggered.get(item) ?? 0 }
    })
  }

  return { takeReports, takeSigns }
}

/** What made the present state of the items' nodes. Its order is asked for only where times leave a doubt. */
async function presentsOf(tx: Tx, items: readonly Incoming[]): Promise<Map<number, Present>> {
  if (items.length === 0) return new Map()
  const presents = await presentTimes(tx, nodesOf(items))
  const inDoubt = doubtful(items, presents)
  if (inDoubt.length === 0) return presents
  const orders = await presentOrders(tx, nodesOf(inDoubt))
  return new Map([...presents].map(([id, { atMs }]) => [id, { atMs, order: orders.get(id) ?? null }]))
}

const nodesOf = (items: readonly Incoming[]): number[] => [...new Set(items.map((item) => item.nodeId))]
