import { Job, JobList, JobListQuery, JobParams, JobWatchParams } from '../../../contract/operations/jobs.ts'
import type { CapabilityName } from '../../../platform/config/capabilities.section.ts'
import { capabilityNames } from '../../../platform/config/capabilities.section.ts'
import { jsonLine } from '../../../tree/link/json-lines.ts'
import type { Methods } from '../../../tree/link/methods.ts'
import type { Acts } from '../acts.ts'
import { type Jobs, summaryOf } from './jobs.ts'

/** `jobs.get`, `jobs.list`, `jobs.cancel`, and the stream `jobs.watch` of one JSON event per line. */
export function registerJobs(methods: Methods, { acts, jobs }: { acts: Acts; jobs: Jobs }): void {
  methods.register({ name: 'jobs.get', params: JobParams, result: Job, handle: ({ job_id }) => jobs.get(job_id) })
  methods.register({
    name: 'jobs.list',
    params: JobListQuery,
    result: JobList,
    handle(filter) {
      const found = jobs.list(filter).map(summaryOf)
      return { jobs: found, count: found.length }
    },
  })
  methods.register({
    name: 'jobs.cancel',
    params: JobParams,
    result: Job,
    handle({ job_id }, { meta }) {
      const { kind, resource } = jobs.get(job_id)
      const capability = capabilityOf(kind)
      const act = { action: 'jobs.cancel', target: job_id, details: { kind, resource } }
      return acts.run(meta, capability ? { ...act, capability } : act, async () => jobs.cancel(job_id))
    },
  })
  methods.registerStream({
    name: 'jobs.watch',
    params: JobWatchParams,
    async handle({ job_id, after }, stream, { signal }) {
      for await (const event of jobs.watch(job_id, after, signal)) {
        await stream.write(jsonLine(event))
      }
    },
  })
}

/** Who may do a kind of work may end it: `docker.compose_up` needs `docker`. */
function capabilityOf(kind: string): CapabilityName | undefined {
  return capabilityNames.find((name) => kind.startsWith(`${name}.`))
}
