import type { Database } from '../../db/open.ts'
import type { Bus } from '../../platform/bus.ts'
import type { HeadClaims } from '../audit-heads/claims.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { Evaluation } from '../rules/evaluation.ts'
import { measuredIn } from '../rules/figures.ts'
import { calmItems } from './calm-items.ts'
import { takeCalm } from './calm.store.ts'
import type { Incoming } from './incoming.ts'
import type { Taken } from './report-intake.ts'
import { tellCurrent, tellTaken } from './telling.ts'

/**
 * Nearly every report changes nothing but figures. Those are taken by one statement; `takeRest` gets the others, whose effects
 * need a transaction of several. Answers in the order given.
 */
export function createCalmWay(parts: {
  database: Database
  bus: Pick<Bus<MonitorEvents>, 'emit'>
  evaluation: Pick<Evaluation, 'harmless'>
  auditHeads: Pick<HeadClaims, 'areKnown'>
  offlineAfterMs: number
}) {
  const { database, bus, evaluation, auditHeads, offlineAfterMs } = parts

  return async function take(
    items: readonly Incoming[],
    takeRest: (rest: Incoming[]) => Promise<Taken[]>,
  ): Promise<Taken[]> {
    const candidates = calmItems(items).filter(({ nodeId, report }) => {
      const heads = report.metadata.audit_heads
      return !heads || auditHeads.areKnown(nodeId, heads)
    })
    const harmless = await evaluation.harmless(
      database.db,
      candidates.map((item) => ({ item, ...measuredIn(item, offlineAfterMs) })),
    )
    const taken = new Map<Incoming, Taken>()
    for (const [item, reportId] of await takeCalm(
      database.db,
      harmless.map(({ item }) => item),
    )) {
      taken.set(item, { reportId, duplicate: false, alertsTriggered: 0 })
      tellCurrent(bus, item)
      tellTaken(bus, item, 'accepted')
    }
    const rest = items.filter((item) => !taken.has(item))
    const results = rest.length > 0 ? await takeRest(rest) : []
    rest.forEach((item, index) => {
      const result = results[index]
      if (result) taken.set(item, result)
    })
    return items.map((item) => {
      const result = taken.get(item)
      if (!result) throw new Error('a report was taken without a result')
      return result
    })
  }
}
