import type { DecisionStatus } from '../../src/contract/rollup.ts'
import { openDatabase } from '../../src/db/open.ts'
import { quiet } from './quiet-logger.ts'

/** What a monitor keeps in its database, in the words of the ledger. */
export interface KeptRows {
  monitorId: string
  /** How often each report_uid is there. */
  reports: Map<string, number>
  /** By node, type and subject, as `node type subject`. */
  alerts: Map<string, Array<{ uid: string; status: string }>>
  /** How often the alert of that node, type and subject was written down as an intent. */
  blockers: Map<string, number>
  decisions: Map<
    string,
    Array<{ status: DecisionStatus; result: string | null; executedAt: Date | null; expiresAt: Date }>
  >
  /**
   * By the type of the issue: how often a decision about it was written down as settled in the same way (an approval from above
   * may come after its life, by the clock of the monitor that owns it, and is expired then), and as executed.
   */
  decisionIntents: Map<string, number>
  executionIntents: Map<string, number>
}

type DecisionRow = {
  request_id: string
  status: DecisionStatus
  result: string | null
  executed_at: Date | null
  expires_at: Date
}

/** Reads it over a connection of its own; rejects while the database is away. */
export async function keptRows(monitorId: string, databaseUrl: string): Promise<KeptRows> {
  const database = await openDatabase({ url: databaseUrl, logger: quiet, max: 1, rawMax: 1 })
  const rowsOf = async <T>(statement: string): Promise<T[]> =>
    [...(await database.sql.unsafe(statement))] as unknown as T[]
  const countsOf = async (statement: string): Promise<Map<string, number>> =>
    new Map((await rowsOf<{ key: string; times: number }>(statement)).map(({ key, times }) => [key, times]))
  try {
    const alerts = await rowsOf<{ key: string; uid: string; status: string }>(
      `select n.agent_id || ' ' || a.type || ' ' || a.subject as key, a.uid, a.status
       from alerts a join nodes n on n.id = a.node_id order by a.id`,
    )
    const decisions = await rowsOf<DecisionRow>(
      'select request_id, status, execution_result as result, executed_at, expires_at from decisions order by id',
    )
    return {
      monitorId,
      reports: await countsOf('select report_uid as key, count(*)::int as times from reports group by 1'),
      alerts: Map.groupBy(alerts, ({ key }) => key),
      blockers: await countsOf(
        `select n.agent_id || ' ' || t.type || ' ' || t.subject as key, count(*)::int as times
         from intents i join tasks t on t.id = i.task_id join nodes n on n.id = i.node_id
         where i.type = 'blocker' and i.data like '% alert for %' group by 1`,
      ),
      decisions: Map.groupBy(
        decisions.map(({ request_id, executed_at, expires_at, status, result }) => ({
          requestId: request_id,
          status,
          result,
          executedAt: executed_at && new Date(executed_at),
          expiresAt: new Date(expires_at),
        })),
        ({ requestId }) => requestId,
      ),
      decisionIntents: await countsOf(
        `select key, max(times)::int as times from (
           select t.type as key, count(*) as times from intents i join tasks t on t.id = i.task_id
           where i.type = 'decision' group by 1, i.data) as alike group by 1`,
      ),
      executionIntents: await countsOf(
        `select t.type as key, count(*)::int as times from intents i join tasks t on t.id = i.task_id
         where i.data like 'Executed on %' group by 1`,
      ),
    }
  } finally {
    await database.close()
  }
}
