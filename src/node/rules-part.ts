import type { Database } from '../db/open.ts'
import type { Alerts } from '../monitor/alerts/alerts.service.ts'
import type { MonitorEvents } from '../monitor/changes/events.ts'
import type { Units } from '../monitor/changes/units.ts'
import type { HostReach } from '../monitor/operations/operations.service.ts'
import { createEvaluation } from '../monitor/rules/evaluation.ts'
import { createHostLooks } from '../monitor/rules/host-looks.ts'
import { createRulesInForce } from '../monitor/rules/in-force.ts'
import { createInheritedRules } from '../monitor/rules/inherited.service.ts'
import { createRules } from '../monitor/rules/rules.service.ts'
import { createStatusRules } from '../monitor/rules/status-rules.ts'
import type { Bus } from '../platform/bus.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'

/** So many looks may be missing before the time between two of them is not known. */
const missedLooks = 3

/** Alert rules of a monitor: keeping them, judging by them, handing them down. */
export function buildRules(parts: {
  config: Config
  database: Database
  units: Units
  bus: Bus<MonitorEvents>
  alerts: Alerts
  reach: { host: HostReach }
  lifecycle: Pick<Lifecycle, 'stopping'>
  logger: Logger
  clock: () => number
  newId: () => string
}) {
  const { config, database, units, bus, alerts, reach, lifecycle, logger, clock, newId } = parts
  const selfId = config.node.id
  const inForce = createRulesInForce({ bus })
  const evaluation = createEvaluation({ alerts, inForce })
  const lookIntervalMs = config.monitor.rule_look_interval_s * 1000
  return {
    evaluation,
    rules: createRules({ database, units, alerts, selfId, clock, newId }),
    inherited: createInheritedRules({ database, units, alerts, selfId, clock }),
    status: createStatusRules({ database, units, alerts, inForce, clock }),
    hosts: createHostLooks({
      database,
      units,
      evaluation,
      inForce,
      ask: (path, method, params, deadlineMs) =>
        reach.host.call(path, method, params, {
          deadlineMs,
          // A node that stops waits for nobody.
          signal: lifecycle.stopping,
          meta: { origin: { actor: 'alert rules', at: selfId, request_id: newId() } },
        }),
      clock,
      leastGapMs: Math.max(lookIntervalMs * missedLooks, config.monitor.offline_after_s * 1000),
      logger,
    }),
  }
}
