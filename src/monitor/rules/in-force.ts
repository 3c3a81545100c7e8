import type { Database } from '../../db/open.ts'
import type { Bus } from '../../platform/bus.ts'
import type { MonitorEvents } from '../changes/events.ts'
import { type RuleRow, rulesInForce } from './rules.store.ts'

/** Rules that are judged, read once after every change: each report asks for them. */
export function createRulesInForce(parts: { database: Database; bus: Bus<MonitorEvents> }) {
  const { database, bus } = parts
  let known: RuleRow[] | null = null
  let changes = 0
  bus.on('rules_changed', () => {
    known = null
    changes += 1
  })

  return async function read(): Promise<readonly RuleRow[]> {
    if (known) return known
    const before = changes
    const rows = await rulesInForce(database.db)
    // What changed while they were read may not be among them.
    if (changes === before) known = rows
    return rows
  }
}
export type RulesInForce = ReturnType<typeof createRulesInForce>

/** Whether a rule is about that node. */
export const concerns = (rule: Pick<RuleRow, 'agentId'>, agentId: string): boolean =>
  rule.agentId === null || rule.agentId === agentId
