import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { Job } from '../../../contract/operations/jobs.ts'
import { keepPrivate } from '../../../platform/private-file.ts'

/** Jobs on disk: so that a result outlives the node's restart. */
export interface JobStore {
  save(job: Job): void
  get(id: string): Job | undefined
  /** Newest first. */
  list(filter: { limit: number; resource?: string | undefined }): Job[]
  /** Removes the oldest beyond `maxKept`. */
  prune(maxKept: number): void
  close(): void
}

const Row = z.object({ job: z.string() })
const read = (row: unknown): Job => Job.parse(JSON.parse(Row.parse(row).job))

/**
 * Opens the file. Whatever was under way when the node ended is `failed: INTERRUPTED` from then on, but what
 * `isContinued` is true for: nobody else works on it.
 */
export function openJobStore(parts: {
  file: string
  clock: () => number
  isContinued?: (job: Job) => boolean
}): JobStore {
  keepPrivate(parts.file)
  const db = new DatabaseSync(parts.file)
  db.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 2000;
    create table if not exists jobs (
      number integer primary key autoincrement, id text not null unique, resource text not null,
      state text not null, job text not null) strict`)
  const put = db.prepare(`insert into jobs (id, resource, state, job) values (?, ?, ?, ?)
    on conflict (id) do update set state = excluded.state, job = excluded.job`)
  const one = db.prepare('select job from jobs where id = ?')
  const all = db.prepare('select job from jobs order by number desc limit ?')
  const ofResource = db.prepare('select job from jobs where resource = ? order by number desc limit ?')
  const unfinished = db.prepare(`select job from jobs where state in ('queued', 'running')`)
  const trim = db.prepare(`delete from jobs where state not in ('queued', 'running')
    and number not in (select number from jobs order by number desc limit ?)`)

  const save = (job: Job): void => void put.run(job.job_id, job.resource, job.state, JSON.stringify(job))
  for (const row of unfinished.all()) {
    const job = read(row)
    if (parts.isContinued?.(job)) continue
    save({
      ...job,
      state: 'failed',
      finished_at: new Date(parts.clock()).toISOString(),
      error: interrupted,
    })
  }

  return {
    save,
    get(id) {
      const row = one.get(id)
      return row === undefined ? undefined : read(row)
    },
    list: ({ limit, resource }) =>
      (resource === undefined ? all.all(limit) : ofResource.all(resource, limit)).map(read),
    prune: (maxKept) => void trim.run(maxKept),
    close: () => db.close(),
  }
}

export const interrupted = {
  code: 'INTERRUPTED',
  zh: '节点停止时任务尚未完成；请检查现状后重试',
  en: 'the node stopped before the job was done: look at how things stand, then start it again',
}
