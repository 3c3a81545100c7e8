import { z } from 'zod'
import { IsoTime, JsonObject } from '../common.ts'

export const JobId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, "-" or "_"')

export const JobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled'])
export type JobState = z.infer<typeof JobState>

/** One line of what a job says while it works; `seq` counts from 1 and never jumps back. */
export const JobLine = z.object({ seq: z.number().int(), at: IsoTime, line: z.string() }).meta({ id: 'JobLine' })
export type JobLine = z.infer<typeof JobLine>

/** Long work on a host: an answer with its id, then its progress and its result. */
export const Job = z
  .object({
    job_id: JobId,
    /** `docker.compose_up`, `nginx.issue_certificate`: the act as the logs name it. */
    kind: z.string(),
    /** What it works on: `compose:shop`. One job at a time works on one thing. */
    resource: z.string(),
    state: JobState,
    created_by: z.string(),
    created_at: IsoTime,
    started_at: IsoTime.nullable(),
    finished_at: IsoTime.nullable(),
    /** The newest lines; how many older ones are gone stands in `lines_dropped`. */
    progress: z.array(JobLine),
    lines_dropped: z.number().int(),
    result: JsonObject.nullable(),
    error: z.object({ code: z.string(), zh: z.string(), en: z.string() }).nullable(),
  })
  .meta({ id: 'Job' })
export type Job = z.infer<typeof Job>

/** A job in a list: without its lines. */
const JobSummary = Job.omit({ progress: true, lines_dropped: true, result: true }).meta({ id: 'JobSummary' })

/** The 202 answer to whatever takes long. */
export const JobReceipt = z.object({ job_id: JobId }).meta({ id: 'JobReceipt' })
export type JobReceipt = z.infer<typeof JobReceipt>

export const JobListQuery = z.object({
  limit: z.number().int().min(1).max(200).default(50),
  resource: z.string().max(256).optional(),
})
export const JobList = z.object({ jobs: z.array(JobSummary), count: z.number().int() }).meta({ id: 'JobList' })

export const JobParams = z.object({ job_id: JobId })
/** `after`: only lines with a higher `seq`, for a watcher that comes back. */
export const JobWatchParams = JobParams.extend({ after: z.number().int().min(0).default(0) })

/** What a watcher gets, one JSON text per line; the last one is always `end`. */
export const JobEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), job_id: JobId, state: JobState }),
  z.object({ type: z.literal('line'), job_id: JobId, ...JobLine.shape }),
  z.object({ type: z.literal('end'), job: JobSummary.extend({ result: JsonObject.nullable() }) }),
])
export type JobEvent = z.infer<typeof JobEvent>
