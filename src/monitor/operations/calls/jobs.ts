import type { z } from 'zod'
import { Job, JobList, type JobListQuery } from '../../../contract/operations/jobs.ts'
import { acting, looking } from '../host-call.ts'

export const listJobs = (query: z.output<typeof JobListQuery>) => looking('jobs.list', query, JobList)
export const readJob = (jobId: string) => looking('jobs.get', { job_id: jobId }, Job)
export const cancelJob = (jobId: string) => acting('jobs.cancel', { job_id: jobId }, Job, { target: jobId })
