import type { JobReceipt } from '../../../contract/operations/jobs.ts'
import type { Act, Acts } from '../acts.ts'
import { askerOf } from './asker.ts'
import type { JobWork, Jobs } from './jobs.ts'

/**
 * Carries out an act as a job and answers with the job's id as soon as it is queued. What `prepare` rejects with is the
 * answer, and there is no job then.
 */
export type ActAsJob = (
  meta: Record<string, unknown>,
  act: Act,
  job: { kind: string; resource: string },
  prepare: () => Promise<JobWork>,
) => Promise<JobReceipt>

/**
 * The act is allowed and logged before the job exists, and a job that fails is logged as the failure of that act. Rejects
 * like `acts.run` and `jobs.start`.
 */
export function createActAsJob({ acts, jobs }: { acts: Acts; jobs: Jobs }): ActAsJob {
  return (meta, act, { kind, resource }, prepare) =>
    new Promise((resolve, reject) => {
      // What fails after the job was queued stands in the job; rejecting then changes nothing.
      acts
        .run(meta, act, async () => {
          const work = await prepare()
          const { job, done } = jobs.start({ kind, resource, createdBy: askerOf(meta) }, work)
          resolve({ job_id: job.job_id })
          await done
        })
        .catch(reject)
    })
}
