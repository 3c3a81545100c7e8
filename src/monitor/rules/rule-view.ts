import type { RuleDown } from '../../contract/alert-rules.ts'
import type { AlertSetting, RuleStanding } from '../../contract/better-monitor/alert-settings.ts'
import type { standingOf } from './rule-states.store.ts'
import { recoveryOf } from './rule-terms.ts'
import type { FoundRule, RuleRow } from './rules.store.ts'

/** A rule as the API shows it. */
export function ruleView({ row, serverId }: FoundRule): AlertSetting {
  return {
    id: row.id,
    type: row.type,
    threshold: row.threshold,
    duration: row.durationS,
    enabled: row.enabled,
    server_id: serverId,
    agent_id: row.agentId,
    name: row.name,
    target: row.target,
    severity: row.severity,
    recovery_threshold: recoveryOf(row),
    repeat_interval_s: row.repeatIntervalS,
    inherited_from: row.inherited ? row.madeAt : null,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  }
}

/** Where a rule stands with a node. */
export function standingView({ state, agentId }: Awaited<ReturnType<typeof standingOf>>[number]): RuleStanding {
  return {
    server_id: state.nodeId,
    agent_id: agentId,
    phase: state.phase,
    since: state.since.toISOString(),
    last_at: state.lastAt.toISOString(),
    value: state.value,
    reason: state.reason,
  }
}

/** A rule as it goes down. */
export function ruleDown(row: RuleRow): RuleDown {
  return {
    uid: row.uid,
    made_at: row.madeAt,
    agent_id: row.agentId,
    type: row.type,
    name: row.name,
    target: row.target,
    threshold: row.threshold,
    recovery_threshold: recoveryOf(row),
    duration_s: row.durationS,
    severity: row.severity,
    repeat_interval_s: row.repeatIntervalS,
  }
}
