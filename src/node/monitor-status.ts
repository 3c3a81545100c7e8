import { sql } from 'drizzle-orm'
import type { MonitorStatus } from '../contract/self.ts'
import { within } from '../lib/within.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Monitor } from './monitor-part.ts'

const databaseTimeoutMs = 2_000

const figures = sql`select
  pg_database_size(current_database())::int8 as size_bytes,
  (select count(*) from decisions where status = 'pending')::int as decisions_pending,
  (select count(*) from notices where state in ('pending', 'sending'))::int as notices_waiting,
  (select min(created_at) from notices where state in ('pending', 'sending')) as oldest_notice_at,
  (select count(*) from notices where state = 'failed' and created_at > now() - interval '1 day')::int as notices_failed,
  (select count(*) from commands where taken_at is null)::int as commands_waiting`

type Figures = {
  size_bytes: number
  decisions_pending: number
  notices_waiting: number
  oldest_notice_at: string | null
  notices_failed: number
  commands_waiting: number
}

/** How the monitor of this node does: its database, its model, and what waits. A database that is away is said, not thrown. */
export function createMonitorStatus(parts: {
  monitor: Pick<Monitor, 'database' | 'judge'>
  config: Pick<Config, 'database' | 'llm'>
  processes: () => MonitorStatus['processes']
  clock: () => number
}): () => Promise<MonitorStatus> {
  const { monitor, config, processes, clock } = parts

  async function read(): Promise<{ row: Figures; tookMs: number } | null> {
    const startedAt = clock()
    const asked = monitor.database.db.execute<Figures>(figures).then(
      ([row]) => row ?? null,
      () => null,
    )
    const answer = await within(asked, databaseTimeoutMs)
    return answer.inTime && answer.value ? { row: answer.value, tookMs: clock() - startedAt } : null
  }

  return async () => {
    const answered = await read()
    const { configured, circuit, inFlight, queued, usedInLastHour, budgetPerHour } = monitor.judge.state()
    return {
      database: {
        kind: config.database.url === undefined ? 'own' : 'external',
        answers: answered !== null,
        answer_ms: answered?.tookMs ?? null,
        size_bytes: answered?.row.size_bytes ?? null,
      },
      model: {
        configured,
        name: config.llm.model ?? null,
        state: !configured
          ? 'none'
          : circuit === 'open'
            ? 'left_alone'
            : circuit === 'half_open'
              ? 'on_trial'
              : 'ready',
        in_flight: inFlight,
        queued,
        used_in_last_hour: usedInLastHour,
        budget_per_hour: budgetPerHour,
      },
      queues: answered && {
        decisions_pending: answered.row.decisions_pending,
        notices_waiting: answered.row.notices_waiting,
        oldest_notice_at: answered.row.oldest_notice_at && new Date(answered.row.oldest_notice_at).toISOString(),
        notices_failed_last_day: answered.row.notices_failed,
        commands_waiting: answered.row.commands_waiting,
      },
      processes: processes(),
    }
  }
}
