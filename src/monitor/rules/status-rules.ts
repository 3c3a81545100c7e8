import type { Database } from '../../db/open.ts'
import type { Alerts } from '../alerts/alerts.service.ts'
import type { Units } from '../changes/units.ts'
import { faultOf, subjectOf } from './alert-of-rule.ts'
import { concerns, type RulesInForce } from './in-force.ts'
import { holdRules, lastEndedMs, openAlertsOfRules, type WatchedNode, watchedNodes } from './rule-states.store.ts'
import type { RuleRow } from './rules.store.ts'

/** A rule that is broken by a node, and since when that counts. */
interface Due {
  rule: RuleRow
  node: WatchedNode
  sinceMs: number
}

/**
 * Rules of type `status`: a node that reports here is not online for the rule's duration. Judged by what liveness has found, so a
 * monitor that suspects itself (children `unknown`) raises none, and what hangs below a dead region is that region's alert. It stands
 * beside the tree's own `node_offline`: whoever makes such a rule wants a duration or a severity of their own.
 */
export function createStatusRules(parts: {
  database: Database
  units: Units
  alerts: Alerts
  inForce: RulesInForce
  clock: () => number
}) {
  const { database, units, alerts, inForce, clock } = parts

  /** When the time began that counts: somebody who closed the alert by hand has as long again. */
  async function countsSince(rule: RuleRow, node: WatchedNode): Promise<number> {
    const endedMs = await lastEndedMs(database.db, node.id, rule.type, subjectOf(rule))
    return Math.max(node.statusSince.getTime(), endedMs ?? 0)
  }

  return {
    /** One look. Does nothing when nothing has changed. */
    async look(): Promise<void> {
      const rules = (await inForce(database.db)).filter((rule) => rule.type === 'status')
      if (rules.length === 0) return
      const nodes = (await watchedNodes(database.db)).filter((node) => !node.isSelf)
      const open = await openAlertsOfRules(
        database.db,
        rules.map((rule) => rule.uid),
      )
      const isOpen = new Set(open.map((alert) => `${alert.nodeId} ${alert.subject}`))
      const nowMs = clock()
      const due: Due[] = []
      const over: Array<Pick<Due, 'rule' | 'node'>> = []
      for (const rule of rules) {
        for (const node of nodes.filter(({ agentId }) => concerns(rule, agentId))) {
          const told = isOpen.has(`${node.id} ${subjectOf(rule)}`)
          if (told && node.status === 'online') over.push({ rule, node })
          if (told || node.status !== 'offline') continue
          const durationMs = rule.durationS * 1000
          if (nowMs - node.statusSince.getTime() < durationMs) continue
          const sinceMs = await countsSince(rule, node)
          if (nowMs - sinceMs >= durationMs) due.push({ rule, node, sinceMs })
        }
      }
      if (due.length + over.length === 0) return
      await units.run(async (unit) => {
        const held = await holdRules(
          unit.tx,
          [...due, ...over].map(({ rule }) => rule),
        )
        for (const { rule, node, sinceMs } of due)
          if (held.has(rule.id)) await alerts.raise(unit, faultOf(rule, node.id, { value: null, sinceMs }), node)
        for (const { rule, node } of over)
          if (held.has(rule.id)) await alerts.clear(unit, node, rule.type, subjectOf(rule), 'online again')
      })
    },
  }
}
