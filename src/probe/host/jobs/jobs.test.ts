import { afterEach, beforeEach, expect, test } from 'vitest'
import { conflict } from '../../../contract/errors.ts'
import type { JobEvent } from '../../../contract/operations/jobs.ts'
import { createLogger } from '../../../platform/logger.ts'
import { type JobHandle, type Jobs, createJobs } from './jobs.ts'

let jobs: Jobs
let lastId = 0
beforeEach(() => {
  jobs = createJobs({
    file: ':memory:',
    clock: () => 0,
    ids: () => `job-${String((lastId += 1)).padStart(8, '0')}`,
    logger: createLogger({ level: 'silent' }),
    maxConcurrent: 2,
    maxQueued: 2,
    maxKept: 5,
  })
})
afterEach(() => jobs.stop())

const spec = (resource: string) => ({ kind: 'docker.compose_up', resource, createdBy: 'ann@root' })

/** Work that goes on until the test lets it end. */
function held() {
  const end = Promise.withResolvers<Record<string, unknown>>()
  let handle: JobHandle | undefined
  const work = (given: JobHandle) => {
    handle = given
    given.signal.addEventListener('abort', () => end.reject(given.signal.reason as Error))
    return end.promise
  }
  return { work, end, handle: () => handle }
}

async function eventsOf(id: string, after = 0): Promise<JobEvent[]> {
  const events: JobEvent[] = []
  for await (const event of jobs.watch(id, after, new AbortController().signal)) events.push(event)
  return events
}

test('a job goes from running to succeeded and keeps its lines and its result', async () => {
  const { job, done } = jobs.start(spec('a'), async ({ say }) => {
    say('one\ntwo')
    return { answer: 42 }
  })
  await done
  expect(jobs.get(job.job_id)).toMatchObject({
    state: 'succeeded',
    created_by: 'ann@root',
    result: { answer: 42 },
    progress: [{ line: 'one' }, { line: 'two' }],
  })
})

test('one job at a time works on a resource; the refusal names it, and the end frees it', async () => {
  const first = held()
  const { job, done } = jobs.start(spec('a'), first.work)
  expect(() => jobs.start(spec('a'), held().work)).toThrow(
    expect.objectContaining({ code: 'CONFLICT', details: expect.objectContaining({ job_id: job.job_id }) }),
  )
  first.end.resolve({})
  await done
  await jobs.start(spec('a'), async () => ({})).done
})

test('no more run than may; the others wait their turn, and not too many wait', async () => {
  const works = [held(), held(), held(), held()]
  const started = works.map(({ work }, n) => jobs.start(spec(`r${n}`), work))
  expect(started.map(({ job }) => jobs.get(job.job_id).state)).toEqual(['running', 'running', 'queued', 'queued'])
  expect(() => jobs.start(spec('r9'), held().work)).toThrow(expect.objectContaining({ status: 503 }))
  works[0]?.end.resolve({})
  await started[0]?.done
  expect(started.map(({ job }) => jobs.get(job.job_id).state)).toEqual(['succeeded', 'running', 'running', 'queued'])
})

test('a failure keeps its code and its texts in both languages; what is not ours stays in the log', async () => {
  const documented = jobs.start(spec('a'), () => Promise.reject(conflict('不行', 'no')))
  const internal = jobs.start(spec('b'), () => Promise.reject(new Error('/etc/secret')))
  await Promise.allSettled([documented.done, internal.done])
  expect(jobs.get(documented.job.job_id).error).toEqual({ code: 'CONFLICT', zh: '不行', en: 'no' })
  expect(jobs.get(internal.job.job_id).error).toMatchObject({ code: 'INTERNAL_ERROR' })
  expect(JSON.stringify(jobs.get(internal.job.job_id))).not.toContain('secret')
})

test('a cancel ends a running and a queued job, and one that is over refuses it', async () => {
  const works = [held(), held(), held()]
  const [running, , queued] = works.map(({ work }, n) => jobs.start(spec(`r${n}`), work))
  jobs.cancel(queued!.job.job_id)
  expect(jobs.get(queued!.job.job_id).state).toBe('cancelled')
  expect(works[2]?.handle()).toBeUndefined()
  jobs.cancel(running!.job.job_id)
  await expect(running!.done).rejects.toThrow('cancelled')
  expect(jobs.get(running!.job.job_id).state).toBe('cancelled')
  expect(() => jobs.cancel(running!.job.job_id)).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
  expect(() => jobs.cancel('nothing-here')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})

test('a watcher gets states and lines in order and the end at last, also one that comes late or comes back', async () => {
  const work = held()
  const { job, done } = jobs.start(spec('a'), work.work)
  const early = eventsOf(job.job_id)
  work.handle()?.say('one\ntwo')
  work.end.resolve({ ok: true })
  await done
  const brief = (events: JobEvent[]) =>
    events.map((event) => (event.type === 'line' ? event.line : event.type === 'state' ? event.state : event.type))
  expect(brief(await early)).toEqual(['running', 'one', 'two', 'succeeded', 'end'])
  expect(brief(await eventsOf(job.job_id, 1))).toEqual(['two', 'succeeded', 'end'])
})

test('only so many finished jobs are remembered', async () => {
  for (let n = 0; n < 8; n += 1) await jobs.start(spec(`r${n}`), async () => ({})).done
  expect(jobs.list({ limit: 50 }).map(({ resource }) => resource)).toEqual(['r7', 'r6', 'r5', 'r4', 'r3'])
  expect(jobs.list({ limit: 50, resource: 'r6' })).toHaveLength(1)
})
