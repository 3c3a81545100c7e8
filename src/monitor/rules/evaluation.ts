import type { Executor } from '../../db/open.ts'
import type { Alerts } from '../alerts/alerts.service.ts'
import type { Unit } from '../changes/units.ts'
import { faultOf, subjectOf } from './alert-of-rule.ts'
import { concerns, type RulesInForce } from './in-force.ts'
import { judgeSample } from './judge-sample.ts'
import { holdRules, judgedHere, pairKey, putStates, statesOf } from './rule-states.store.ts'
import { boundsOf } from './rule-terms.ts'
import type { RuleRow } from './rules.store.ts'

/** What was seen of a node at one moment. */
export interface Measured {
  nodeId: number
  agentId: string
  /** Receipt time. */
  atMs: number
  /** Two samples further apart than this say nothing of the time between. */
  maxGapMs: number
  /** What the rule asks about; null when nothing was seen of that. `note` says how the value came about. */
  valueOf(rule: RuleRow): { value: number; note?: string } | null
}

/** Judges what is seen of nodes by the rules in force, near the data: for this host and the probes that report here. */
export function createEvaluation({ alerts, inForce }: { alerts: Alerts; inForce: RulesInForce }) {
  return {
    /** Of those samples, the ones that no rule minds: they change nothing for a node that no rule counts against yet. */
    async harmless<M extends Measured>(db: Executor, measured: readonly M[]): Promise<M[]> {
      const rules = await inForce(db)
      return measured.filter((node) =>
        rules.every((rule) => {
          const bounds = concerns(rule, node.agentId) ? boundsOf(rule) : null
          const seen = bounds && node.valueOf(rule)
          if (!bounds || !seen) return true
          const { state, act } = judgeSample(bounds, null, { value: seen.value, atMs: node.atMs }, node.maxGapMs)
          return state === null && act === null
        }),
      )
    },

    /**
     * Judges samples in the caller's transaction: alerts open, are counted and end with what was seen. Costs nothing without
     * rules, and one question where all is well.
     */
    async judge(unit: Unit, measured: readonly Measured[]): Promise<void> {
      const rules = await inForce(unit.tx)
      const asked = measured.flatMap((node) =>
        rules.flatMap((rule) => {
          const bounds = boundsOf(rule)
          const seen = bounds && concerns(rule, node.agentId) ? node.valueOf(rule) : null
          return bounds && seen ? [{ rule, node, bounds, seen }] : []
        }),
      )
      if (asked.length === 0) return
      const idsOf = (of: (one: (typeof asked)[number]) => number) => [...new Set(asked.map(of))]
      const nodeIds = idsOf(({ node }) => node.nodeId)
      const states = await statesOf(
        unit.tx,
        idsOf(({ rule }) => rule.id),
        nodeIds,
      )
      const judged = asked.flatMap((one) => {
        const pair = { ruleId: one.rule.id, nodeId: one.node.nodeId }
        const before = states.get(pairKey(pair)) ?? null
        const judgement = judgeSample(
          one.bounds,
          before,
          { value: one.seen.value, atMs: one.node.atMs },
          one.node.maxGapMs,
        )
        return judgement.act !== null || judgement.state !== before ? [{ ...one, pair, before, judgement }] : []
      })
      if (judged.length === 0) return

      const here = await judgedHere(unit.tx, nodeIds)
      const held = await holdRules(
        unit.tx,
        judged.map(({ rule }) => rule),
      )
      const valid = judged.filter(({ pair }) => here.has(pair.nodeId) && held.has(pair.ruleId))
      await putStates(
        unit.tx,
        valid
          .filter(({ before, judgement }) => judgement.state !== before)
          .map(({ pair, judgement: { state, reason }, seen }) => ({ ...pair, state, reason, value: seen.value })),
      )
      for (const { rule, node, seen, judgement } of valid) {
        if (judgement.act === 'raise') {
          const sinceMs = judgement.state?.sinceMs ?? node.atMs
          await alerts.raise(unit, faultOf(rule, node.nodeId, { ...seen, sinceMs }), node)
        } else if (judgement.act === 'end') {
          const about = { id: node.nodeId, agentId: node.agentId }
          await alerts.clear(unit, about, rule.type, subjectOf(rule), `${judgement.reason}: ${seen.value}`)
        }
      }
    },
  }
}
export type Evaluation = ReturnType<typeof createEvaluation>
