import type { Executor } from '../../db/open.ts'
import type { Bus } from '../../platform/bus.ts'
import type { MonitorEvents } from '../changes/events.ts'
import { type RuleRow, rulesInForce } from './rules.store.ts'

/**
 * Rules that are judged, read once after every change: each report asks for them. Who asks inside a transaction gives that: a
 * further connection, waited for by all that hold one, would never come.
 */
export function createRulesInForce({ bus }: { bus: Bus<MonitorEvents> }) {
  let known: RuleRow[] | null = null
  let changes = 0
  const forget = (): void => {
    known = null
    changes += 1
  }
  bus.on('rules_changed', forget)
  bus.on('events_missed', forget)

  return async function read(db: Executor): Promise<readonly RuleRow[]> {
    if (known) return known
    const before = changes
    const rows = await rulesInForce(db)
    // What changed while they were read may not be among them.
    if (changes === before) known = rows
    return rows
  }
}
export type RulesInForce = ReturnType<typeof createRulesInForce>

/** Whether a rule is about that node. */
export const concerns = (rule: Pick<RuleRow, 'agentId'>, agentId: string): boolean =>
  rule.agentId === null || rule.agentId === agentId
