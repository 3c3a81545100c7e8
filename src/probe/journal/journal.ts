import type { SQLInputValue } from 'node:sqlite'
import type { Action } from '../../contract/actions.ts'
import type { ExecutionStatus } from '../../contract/reports.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Moment } from '../freshness.ts'
import { entryOf, targetOf, type Entry, type EntryIssue, type EntryState } from './entry.ts'
import { openJournalFile } from './journal-file.ts'

const KEEP_MS = 7 * 86_400_000
const HOUR_MS = 3_600_000
const MAX_REPORTED_AT_ONCE = 200
const MAX_OUTPUT = 16_384

export interface NewEntry {
  requestId: string
  issue: EntryIssue
  action: Action
  at: Moment
}

export type Journal = ReturnType<typeof openJournal>

/**
 * The probe's own record of every repair and every request for one: each change is on disk before the call returns, so a
 * `kill -9` at any moment leaves at most one entry `executing`, which is never run a second time. `clock` is wall time in ms.
 */
export function openJournal({ file, clock, logger }: { file: string; clock: () => number; logger: Logger }) {
  const db = openJournalFile({ file, clock, logger })

  const all = (sql: string, ...values: SQLInputValue[]): Entry[] =>
    db
      .prepare(sql)
      .all(...values)
      .map(entryOf)
  const one = (sql: string, ...values: SQLInputValue[]): Entry | null => all(sql, ...values)[0] ?? null
  const count = (sql: string, ...values: SQLInputValue[]): number => Number(db.prepare(sql).get(...values)?.n ?? 0)
  const changed = (sql: string, ...values: SQLInputValue[]): boolean =>
    Number(db.prepare(sql).run(...values).changes) === 1

  function insert(
    level: 'L1' | 'L2',
    state: EntryState,
    { requestId, issue, action, at }: NewEntry,
    dryRun: boolean,
  ): Entry {
    const now = clock()
    const raw = db
      .prepare(
        `insert into entries (request_id, level, issue, issue_type, subject, action, action_type, target, state, boot_id,
           asked_mono_ms, created_at_ms, started_at_ms, dry_run)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning *`,
      )
      .get(
        requestId,
        level,
        JSON.stringify(issue),
        issue.type,
        issue.subject,
        JSON.stringify(action),
        action.type,
        targetOf(action),
        state,
        at.bootId,
        at.monotonicMs,
        now,
        state === 'executing' ? now : null,
        dryRun ? 1 : 0,
      )
    return entryOf(raw)
  }

  return {
    /** Stores an L2 action before it is asked for. */
    ask: (entry: NewEntry): Entry => insert('L2', 'asked', entry, false),
    /** Stores an L1 action as begun; what follows is its one and only run. */
    begin: (entry: NewEntry, dryRun: boolean): Entry => insert('L1', 'executing', entry, dryRun),

    approve: (id: number, decisionId: number, validForMs: number, at: Moment): boolean =>
      changed(
        `update entries set state = 'approved', decision_id = ?, valid_for_ms = ?, approved_boot_id = ?, approved_mono_ms = ?
         where id = ? and state = 'asked'`,
        decisionId,
        validForMs,
        at.bootId,
        at.monotonicMs,
        id,
      ),
    /** Claims the one run of an approved action; false when it was claimed before. */
    claim: (id: number, dryRun: boolean): boolean =>
      changed(
        `update entries set state = 'executing', started_at_ms = ?, dry_run = ? where id = ? and state = 'approved'`,
        clock(),
        dryRun ? 1 : 0,
        id,
      ),
    /** The end of a run. It will stand in the next report, and an L2's result is due to the monitor that decided. */
    finish: (id: number, result: ExecutionStatus, output: string): boolean =>
      changed(
        `update entries set state = 'done', result = ?, output = ?, finished_at_ms = ?, reported = 0,
           delivered = case when decision_id is null then 1 else 0 end
         where id = ? and state = 'executing'`,
        result,
        output.slice(0, MAX_OUTPUT),
        clock(),
        id,
      ),
    /** Ends a request without a run. `output` says why; it is delivered when the request had been approved. */
    end: (
      id: number,
      state: 'refused' | 'expired' | 'withdrawn',
      output: string,
      decisionId: number | null = null,
    ): boolean =>
      changed(
        `update entries set output = ?, finished_at_ms = ?, delivered = case when state = 'approved' then 0 else 1 end,
           decision_id = coalesce(?, decision_id), state = ?
         where id = ? and state in ('asked', 'approved')`,
        output.slice(0, MAX_OUTPUT),
        clock(),
        decisionId,
        state,
        id,
      ),

    /** The newest entry of a fault; of L2 only, because L1 entries ask nobody. */
    lastAsked: (type: string, subject: string): Entry | null =>
      one(
        `select * from entries where issue_type = ? and subject = ? and level = 'L2' order by id desc limit 1`,
        type,
        subject,
      ),
    /** The newest finished runs for a fault, newest first. */
    history: (type: string, subject: string, limit: number): Entry[] =>
      all(
        `select * from entries where issue_type = ? and subject = ? and state = 'done' order by id desc limit ?`,
        type,
        subject,
        limit,
      ),
    /** The newest finished run of an action on a target. */
    lastRun: (actionType: string, target: string): Entry | null =>
      one(
        `select * from entries where action_type = ? and target = ? and state = 'done' order by id desc limit 1`,
        actionType,
        target,
      ),
    /** Runs of a service's restart and start in the last hour, newest first; dry runs do not count. */
    serviceRuns: (service: string): Entry[] =>
      all(
        `select * from entries where action_type in ('service.restart', 'service.start') and target = ? and started_at_ms > ?
           and dry_run = 0 order by id desc limit 1000`,
        service,
        clock() - HOUR_MS,
      ),
    runsInLastHour: (): number =>
      count(`select count(*) as n from entries where started_at_ms > ? and dry_run = 0`, clock() - HOUR_MS),
    inState: (state: EntryState): Entry[] => all(`select * from entries where state = ? order by id limit 1000`, state),
    undelivered: (): Entry[] => all(`select * from entries where delivered = 0 order by id limit 1000`),
    markDelivered: (id: number): boolean => changed(`update entries set delivered = 1 where id = ?`, id),
    unreported: (): Entry[] =>
      all(`select * from entries where reported = 0 order by id limit ?`, MAX_REPORTED_AT_ONCE),
    markReported: (ids: readonly number[]): void => {
      for (const id of ids) db.prepare('update entries set reported = 1 where id = ?').run(id)
    },
    /** Where searching the log of this name stopped; null where it was never searched, or another file had that name. */
    logPosition: (name: string, path: string): string | null => {
      const row = db.prepare('select position from log_positions where name = ? and path = ?').get(name, path)
      return row === undefined ? null : String(row['position'])
    },
    putLogPosition: (name: string, path: string, position: string): void => {
      db.prepare(
        `insert into log_positions (name, path, position) values (?, ?, ?)
         on conflict (name) do update set path = excluded.path, position = excluded.position`,
      ).run(name, path, position)
    },
    /** Forgets what is older than 7 days and has been told. */
    prune: (): void => {
      db.prepare(
        `delete from entries where created_at_ms < ? and reported = 1 and delivered = 1 and state not in ('asked', 'approved', 'executing')`,
      ).run(clock() - KEEP_MS)
    },
    /** Closes the file; a second call does nothing. */
    close: (): void => {
      if (db.isOpen) db.close()
    },
  }
}
