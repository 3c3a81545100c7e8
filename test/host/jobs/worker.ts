import { createJobs } from '../../../src/probe/host/jobs/jobs.ts'
import { createLogger } from '../../../src/platform/logger.ts'

/** Holds one job that runs and one that waits until it is killed; says their ids. */
const jobs = createJobs({
  file: process.argv[2] ?? '',
  clock: Date.now,
  ids: () => `job-${process.hrtime.bigint()}`,
  logger: createLogger({ level: 'silent' }),
  maxConcurrent: 1,
})
const done = jobs.start({ kind: 'docker.compose_up', resource: 'a', createdBy: 'ann@root' }, async () => ({ ok: true }))
await done.done
const started = ['b', 'c'].map((resource) =>
  jobs.start({ kind: 'docker.compose_up', resource, createdBy: 'ann@root' }, ({ say }) => {
    say('half way')
    return new Promise(() => undefined)
  }),
)
setInterval(() => undefined, 1000)
process.stdout.write(`${JSON.stringify([done, ...started].map(({ job }) => job.job_id))}\n`)
