import { maxRulesDown, type RuleDown } from '../../contract/alert-rules.ts'
import type { Database } from '../../db/open.ts'
import type { Alerts } from '../alerts/alerts.service.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Units } from '../changes/units.ts'
import { forgetStates, openAlertsOfRules } from './rule-states.store.ts'
import { ruleDown } from './rule-view.ts'
import { isAboutAnother } from './rules.service.ts'
import {
  childMonitors,
  deleteRules,
  insertInherited,
  lockInherited,
  type RuleRow,
  rulesForChild,
  termsDown,
  updateRule,
} from './rules.store.ts'

/**
 * Rules on their way down the tree: each monitor hands its children the complete set that concerns them, its own and what it was
 * handed itself. A child without a link goes on with what it has.
 */
export function createInheritedRules(parts: {
  database: Database
  units: Units
  alerts: Alerts
  selfId: string
  clock: () => number
}) {
  const { database, units, alerts, selfId, clock } = parts

  return {
    /** Names of the children that are handed rules: those that judge by them. */
    judges: (): Promise<Set<string>> => childMonitors(database.db),

    /** All that a child has to judge by, itself and below. */
    async forChild(child: string): Promise<{ from: string; rules: RuleDown[] }> {
      return { from: selfId, rules: (await rulesForChild(database.db, child, maxRulesDown)).map(ruleDown) }
    },

    /**
     * Takes the complete set of the parent: what is not in it any more is gone, with its open alerts. The same set again changes
     * nothing. What was made here comes back from nobody.
     */
    async take(from: string, given: readonly RuleDown[]): Promise<void> {
      const wanted = new Map(given.filter((rule) => rule.made_at !== selfId).map((rule) => [rule.uid, rule]))
      await units.run(async (unit) => {
        const have = await lockInherited(unit.tx)
        const gone = have.filter((row) => !wanted.has(row.uid))
        const changed = have.flatMap((row) => {
          const rule = wanted.get(row.uid)
          return rule && !isSame(row, rule) ? [{ row, terms: termsDown(rule) }] : []
        })
        const known = new Set(have.map((row) => row.uid))
        const added = [...wanted.values()].filter((rule) => !known.has(rule.uid))
        if (gone.length + changed.length + added.length === 0) return

        const at = new Date(clock())
        await deleteRules(
          unit.tx,
          gone.map((row) => row.id),
        )
        for (const { row, terms } of changed) await updateRule(unit.tx, row.id, { ...terms, updatedAt: at })
        await insertInherited(unit.tx, added, at)
        const elsewhere = changed.filter(({ row, terms }) => isAboutAnother(row, terms)).map(({ row }) => row)
        await forgetStates(
          unit.tx,
          elsewhere.map((row) => row.id),
        )
        const over = await openAlertsOfRules(
          unit.tx,
          [...gone, ...elsewhere].map((row) => row.uid),
        )
        await alerts.endThese(unit, over, `its rule was deleted or changed above (${from})`)
        await appendAudit(unit.tx, {
          actor: { kind: 'system', name: from },
          action: 'rule.inherit',
          target: selfId,
          details: { added: added.length, changed: changed.length, deleted: gone.length },
        })
        unit.emit('rules_changed', {})
      })
    },
  }
}

function isSame(row: RuleRow, rule: RuleDown): boolean {
  return Object.entries(termsDown(rule)).every(([key, value]) => row[key as keyof RuleRow] === value)
}
