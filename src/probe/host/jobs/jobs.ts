import type { JsonObject } from '../../../contract/common.ts'
import { AppError, conflict, notFound, serviceUnavailable } from '../../../contract/errors.ts'
import type { Job, JobEvent, JobState } from '../../../contract/operations/jobs.ts'
import { createWaker } from '../../../lib/waker.ts'
import type { Waker } from '../../../lib/waker.ts'
import type { Logger } from '../../../platform/logger.ts'
import { createJobProgress } from './job-progress.ts'
import type { JobProgress } from './job-progress.ts'
import { interrupted, openJobStore } from './job-store.ts'

export interface JobSpec {
  /** `docker.compose_up`. */
  kind: string
  /** What it works on: a second job on the same is refused while one is queued or running. */
  resource: string
  createdBy: string
}

/** What the work of a job has in hand. */
export interface JobHandle {
  jobId: string
  /** Aborted by a cancel and when the node stops: then the work ends what it started and rejects. */
  signal: AbortSignal
  say(text: string): void
}

/** Thrown by work that the next start of the node finishes: the job stays `running`, and its resource taken. */
export class ContinuesAfterRestart extends Error {}

export type JobWork = (handle: JobHandle) => Promise<JsonObject>

export interface Jobs {
  /**
   * Queues the work. `done` rejects with what the work throws. Throws CONFLICT, naming the job, when one works on that
   * resource, SERVICE_UNAVAILABLE when too many wait.
   */
  start(spec: JobSpec, work: JobWork): { job: Job; done: Promise<void> }
  /** Throws NOT_FOUND. */
  get(id: string): Job
  list(filter: { limit: number; resource?: string | undefined }): Job[]
  /** Asks a job to end; it is `cancelled` once its work has let go. Throws NOT_FOUND, or CONFLICT when it is over. */
  cancel(id: string): Job
  /** State, lines after `after`, and at last `end`; ends early when `signal` aborts. Throws NOT_FOUND. */
  watch(id: string, after: number, signal: AbortSignal): AsyncGenerator<JobEvent>
  /** Ends all work and waits for it; what did not finish is `failed: INTERRUPTED`. */
  stop(): Promise<void>
}

export interface JobsOptions {
  /** SQLite file, or `:memory:`. */
  file: string
  clock: () => number
  /** A new id, 8 to 64 letters, digits, "-" or "_". */
  ids: () => string
  logger: Logger
  maxConcurrent: number
  /** The rest of the work of a job that the end of the node cut off; null when nobody can finish it. */
  resume?: (job: Job) => JobWork | null
  maxQueued?: number
  /** Finished jobs that are remembered. */
  maxKept?: number
  /** Together they keep a job within one answer of the link, whatever its lines hold. */
  maxLines?: number
  maxLineChars?: number
}

interface Active {
  job: Job
  progress: JobProgress
  abort: AbortController
  work: JobWork
  watchers: Set<Waker>
  done: PromiseWithResolvers<void>
}

const WATCH_MS = 60_000

/** Long work, a few at a time, one per resource, remembered over restarts. */
export function createJobs(options: JobsOptions): Jobs {
  const { clock, ids, logger, maxConcurrent, resume = () => null, maxQueued = 100, maxKept = 500 } = options
  const resumed = new Map<string, JobWork>()
  const store = openJobStore({
    ...options,
    isContinued(job) {
      const work = resume(job)
      if (work) resumed.set(job.job_id, work)
      return work !== null
    },
  })
  const active = new Map<string, Active>()
  let stopping = false

  const now = (): string => new Date(clock()).toISOString()
  const inState = (state: JobState): Active[] => [...active.values()].filter((each) => each.job.state === state)

  const view = ({ job, progress }: Active): Job => ({
    ...job,
    progress: progress.lines(),
    lines_dropped: progress.dropped(),
  })

  function get(id: string): Job {
    const running = active.get(id)
    const job = running ? view(running) : store.get(id)
    if (!job) throw notFound('没有该任务', 'there is no such job', { details: { job_id: id } })
    return job
  }

  function change(each: Active, changes: Partial<Job>): void {
    Object.assign(each.job, changes)
    store.save(view(each))
    wakeAll(each)
  }

  function settle(each: Active, changes: Partial<Job>, error?: unknown): void {
    // Out of the table first, so that a resource is free the moment its job is seen to be over.
    active.delete(each.job.job_id)
    change(each, { ...changes, finished_at: now() })
    if (error === undefined) each.done.resolve()
    else each.done.reject(error)
    store.prune(maxKept)
    startNext()
  }

  async function run(each: Active): Promise<void> {
    change(each, { state: 'running', started_at: now() })
    try {
      const result = await each.work({
        jobId: each.job.job_id,
        signal: each.abort.signal,
        say(text) {
          each.progress.say(text)
          wakeAll(each)
        },
      })
      settle(each, { state: 'succeeded', result })
    } catch (error) {
      if (error instanceof ContinuesAfterRestart) {
        store.save(view(each))
        each.done.resolve()
      } else settle(each, outcomeOf(each, error), error)
    }
  }

  function begin(job: Job, work: JobWork): Active {
    const each: Active = {
      job,
      progress: createJobProgress({ clock, maxLines: 300, maxLineChars: 500, ...definedLimits(options) }),
      abort: new AbortController(),
      work,
      watchers: new Set(),
      done: Promise.withResolvers(),
    }
    // Who does not wait for the end finds it in the job.
    each.done.promise.catch(() => undefined)
    active.set(job.job_id, each)
    return each
  }

  function outcomeOf(each: Active, error: unknown): Partial<Job> {
    if (stopping) return { state: 'failed', error: interrupted }
    if (each.abort.signal.aborted) return { state: 'cancelled' }
    if (!(error instanceof AppError)) logger.error({ err: error, job: each.job.kind }, 'a job failed')
    return { state: 'failed', error: errorOf(error) }
  }

  function startNext(): void {
    if (stopping) return
    for (const each of inState('queued').slice(0, maxConcurrent - inState('running').length)) void run(each)
  }

  for (const [id, work] of resumed) {
    const job = store.get(id)
    if (!job) continue
    const each = begin(job, work)
    for (const { line } of job.progress) each.progress.say(line)
    void run(each)
  }

  return {
    get,
    start({ kind, resource, createdBy }, work) {
      if (stopping) throw serviceUnavailable('节点正在停止', 'the node is stopping')
      const busy = [...active.values()].find(({ job }) => job.resource === resource)
      if (busy) {
        const { job_id, kind: running } = busy.job
        const details = { job_id, kind: running, resource }
        throw conflict('已有任务正在处理该资源', `a job (${running}) works on this already`, { details })
      }
      if (inState('queued').length >= maxQueued)
        throw serviceUnavailable('等待的任务过多，请稍后重试', 'too many jobs wait, try again later')
      const job: Job = {
        job_id: ids(),
        kind,
        resource,
        state: 'queued',
        created_by: createdBy,
        created_at: now(),
        started_at: null,
        finished_at: null,
        progress: [],
        lines_dropped: 0,
        result: null,
        error: null,
      }
      const each = begin(job, work)
      store.save(view(each))
      startNext()
      return { job: view(each), done: each.done.promise }
    },
    list: (filter) =>
      store.list(filter).map((job) => {
        const running = active.get(job.job_id)
        return running ? view(running) : job
      }),
    cancel(id) {
      const each = active.get(id)
      if (!each) {
        const { state } = get(id)
        throw conflict('任务已经结束', `the job is over: ${state}`, { details: { job_id: id, state } })
      }
      each.abort.abort(new Error('the job was cancelled'))
      if (each.job.state === 'queued') settle(each, { state: 'cancelled' }, each.abort.signal.reason)
      return view(each)
    },
    async *watch(id, after, signal) {
      get(id)
      const waker = createWaker()
      const wake = () => waker.wake()
      const each = active.get(id)
      each?.watchers.add(waker)
      signal.addEventListener('abort', wake, { once: true })
      try {
        let seen = after
        let told: JobState | undefined
        while (!signal.aborted) {
          const job = get(id)
          const lines = job.progress.filter(({ seq }) => seq > seen)
          const events: JobEvent[] = lines.map((line) => ({ type: 'line', job_id: id, ...line }))
          const state: JobEvent = { type: 'state', job_id: id, state: job.state }
          seen = lines.at(-1)?.seq ?? seen
          if (job.finished_at !== null) return yield* [...events, state, { type: 'end' as const, job: endOf(job) }]
          if (job.state !== told) events.unshift(state)
          told = job.state
          yield* events
          await waker.wait(WATCH_MS)
        }
      } finally {
        signal.removeEventListener('abort', wake)
        each?.watchers.delete(waker)
      }
    },
    async stop() {
      stopping = true
      const running = [...active.values()]
      for (const each of running) {
        each.abort.abort(new Error('the node is stopping'))
        if (each.job.state === 'queued') settle(each, { state: 'failed', error: interrupted }, each.abort.signal.reason)
      }
      await Promise.allSettled(running.map(({ done }) => done.promise))
      store.close()
    },
  }
}

function wakeAll({ watchers }: Active): void {
  for (const waker of watchers) waker.wake()
}

function definedLimits({ maxLines, maxLineChars }: JobsOptions): { maxLines?: number; maxLineChars?: number } {
  return { ...(maxLines === undefined ? {} : { maxLines }), ...(maxLineChars === undefined ? {} : { maxLineChars }) }
}

/** A job without its lines. */
export function summaryOf({ progress: _lines, lines_dropped: _dropped, result: _result, ...summary }: Job) {
  return summary
}
const endOf = (job: Job) => ({ ...summaryOf(job), result: job.result })

function errorOf(error: unknown): NonNullable<Job['error']> {
  if (error instanceof AppError) return { code: error.code, ...error.text }
  return { code: 'INTERNAL_ERROR', zh: '任务执行出错，详见节点日志', en: 'the job failed, see the log of the node' }
}
