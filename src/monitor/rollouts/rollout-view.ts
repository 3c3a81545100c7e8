import type { Rollout, TargetState } from '../../contract/rollouts.ts'
import type { RolloutRow, TargetRow } from './rollouts.store.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

/** A rollout as lists show it. */
export function summaryOf(
  row: RolloutRow,
  counts: ReadonlyArray<{ rolloutId: number; state: TargetState; value: number }>,
): Omit<Rollout, 'targets'> {
  const countOf = (state: TargetState) =>
    counts.find((each) => each.rolloutId === row.id && each.state === state)?.value ?? 0
  return {
    rollout_id: row.id,
    target_version: row.targetVersion,
    channel: row.channel,
    status: row.status,
    reason: row.reason,
    created_by: row.username,
    created_at: row.createdAt.toISOString(),
    finished_at: iso(row.finishedAt),
    max_failures: row.maxFailures,
    pause_s: row.pauseMs / 1000,
    counts: {
      waiting: countOf('waiting'),
      offline: countOf('offline'),
      installing: countOf('installing'),
      succeeded: countOf('succeeded'),
      failed: countOf('failed'),
      cancelled: countOf('cancelled'),
    },
  }
}

export function targetView(row: TargetRow): Rollout['targets'][number] {
  return {
    server_id: row.nodeId,
    agent_id: row.agentId,
    ring: row.ring,
    state: row.state,
    reason: row.reason,
    from_version: row.fromVersion,
    job_id: row.jobId,
    started_at: iso(row.startedAt),
    finished_at: iso(row.finishedAt),
  }
}
