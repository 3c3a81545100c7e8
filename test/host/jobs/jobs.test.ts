import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { JobEvent } from '../../../src/contract/operations/jobs.ts'
import { createActs } from '../../../src/probe/host/acts.ts'
import { createCapabilities } from '../../../src/probe/host/capabilities.ts'
import { openHostAudit } from '../../../src/probe/host/host-audit.ts'
import { createActAsJob } from '../../../src/probe/host/jobs/act-as-job.ts'
import { type Jobs, createJobs } from '../../../src/probe/host/jobs/jobs.ts'
import { registerJobs } from '../../../src/probe/host/jobs/register.ts'
import { runLines } from '../../../src/probe/host/jobs/run-lines.ts'
import { until } from '../../support/until.ts'
import { type Chain, silent, startChain } from '../../link/tree.ts'

let folder: string
let chain: Chain
let opened: Jobs[]
let lastId: number
const audit = openHostAudit({ file: ':memory:', clock: Date.now })
const meta = { origin: { actor: 'ann', at: 'root', request_id: 'r-1' } }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cortex-jobs-'))
  opened = []
  lastId = 0
  chain = await startChain()
})
afterEach(async () => {
  for (const jobs of opened) await jobs.stop()
  await chain.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(file = ':memory:'): Jobs {
  const jobs = createJobs({
    file,
    clock: Date.now,
    ids: () => `job-0000${(lastId += 1)}`,
    logger: silent,
    maxConcurrent: 2,
  })
  opened.push(jobs)
  return jobs
}

function serve(jobs: Jobs, grants: string[]) {
  const acts = createActs({ capabilities: createCapabilities(grants), audit })
  registerJobs(chain.leaf.methods, { acts, jobs })
  return createActAsJob({ acts, jobs })
}
const call = (method: string, params: unknown) =>
  chain.root.links.call(chain.route, method, params, { deadlineMs: 10_000, meta })

async function watch(job_id: string, after = 0): Promise<JobEvent[]> {
  const stream = await chain.root.links.open(chain.route, 'jobs.watch', { job_id, after }, { meta })
  let text = ''
  for await (const chunk of stream) text += Buffer.from(chunk).toString()
  await stream.end()
  return text
    .trim()
    .split('\n')
    .map((line) => JobEvent.parse(JSON.parse(line)))
}

/** Whether a process of that number lives; one that has ended and was not waited for does not. */
function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test('after a kill -9 what was under way is failed: INTERRUPTED, and what was done is still done', async () => {
  const file = join(folder, 'jobs.sqlite')
  const worker = spawn(process.execPath, [fileURLToPath(new URL('./worker.ts', import.meta.url)), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise((resolve) => worker.once('exit', resolve))
  const ids = JSON.parse(
    await new Promise<string>((resolve) => worker.stdout.once('data', (line: Buffer) => resolve(line.toString()))),
  ) as string[]
  worker.kill('SIGKILL')
  await gone
  const jobs = open(file)
  expect(ids.map((id) => jobs.get(id)).map(({ state, error }) => [state, error?.code])).toEqual([
    ['succeeded', undefined],
    ['failed', 'INTERRUPTED'],
    ['failed', 'INTERRUPTED'],
  ])
  expect(jobs.get(ids[0] ?? '').result).toEqual({ ok: true })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  // The resource is free again.
  await jobs.start({ kind: 'docker.compose_up', resource: 'b', createdBy: 'ann@root' }, async () => ({})).done
})

test('a job is watched live over three hops, and cancelling it ends every process that it started', async () => {
  const jobs = open()
  const actAsJob = serve(jobs, ['docker'])
  const { job_id } = await actAsJob(
    meta,
    { capability: 'docker', action: 'docker.compose_up', target: 'shop' },
    { kind: 'docker.compose_up', resource: 'compose:shop' },
    async () => async (job) => {
      const script = 'sleep 1000 & echo "$$ $!"; echo err >&2; printf no-line-end; sleep 1000'
      const code = await runLines(['sh', '-c', script], { signal: job.signal, onLine: job.say, killAfterMs: 500 })
      job.signal.throwIfAborted()
      return { code }
    },
  )
  const watching = watch(job_id)
  const pids = await until('both processes run', () => {
    const pair = jobs.get(job_id).progress.find(({ line }) => /^\d+ \d+$/.test(line))
    return pair?.line.split(' ').map(Number)
  })
  expect(pids.every(lives)).toBe(true)
  expect(await call('jobs.cancel', { job_id })).toMatchObject({ job_id })
  const events = await watching
  expect(events.at(-1)).toMatchObject({ type: 'end', job: { state: 'cancelled' } })
  expect(events.flatMap((event) => (event.type === 'line' ? [event.line] : []))).toContain('err')
  await until('none of them lives', () => pids.every((pid) => !lives(pid)))
  expect(await call('jobs.list', { resource: 'compose:shop' })).toMatchObject({ count: 1, jobs: [{ job_id }] })
  expect((await watch(job_id)).at(-1)).toMatchObject({ type: 'end' })
  expect(audit.after(0, 100).map(({ action }) => action)).toEqual(
    expect.arrayContaining(['docker.compose_up', 'jobs.cancel', 'docker.compose_up.failed']),
  )
})

test('a job may be ended only where its kind of work may be done, and there is none without the capability', async () => {
  const jobs = open()
  const actAsJob = serve(jobs, ['terminal'])
  const act = { capability: 'docker', action: 'docker.compose_up', target: 'x' } as const
  const kind = { kind: 'docker.compose_up', resource: 'compose:x' }
  await expect(actAsJob(meta, act, kind, async () => async () => ({}))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(jobs.list({ limit: 10 })).toEqual([])
  const held = Promise.withResolvers<Record<string, unknown>>()
  const { job } = jobs.start({ ...kind, createdBy: 'ann@root' }, () => held.promise)
  await expect(call('jobs.cancel', { job_id: job.job_id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(call('jobs.get', { job_id: 'not-there' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(call('jobs.get', { job_id: '../x' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  held.resolve({})
})

test('the last lines and an unfinished one are not lost, and a program that is not there says so', async () => {
  const lines: string[] = []
  const { signal } = new AbortController()
  const run = (argv: string[]) => runLines(argv, { signal, onLine: (line) => lines.push(line) })
  expect(await run(['sh', '-c', 'seq 1 3000; printf "最后"; exit 7'])).toBe(7)
  expect(lines.slice(-2)).toEqual(['3000', '最后'])
  await expect(run(['/nothing/here'])).rejects.toMatchObject({ code: 'ENOENT' })
})

test('the end of the node ends running work at once', async () => {
  const jobs = open(join(folder, 'jobs.sqlite'))
  const { done } = jobs.start({ kind: 'docker.compose_up', resource: 'a', createdBy: 'x' }, async ({ signal }) => {
    await runLines(['sleep', '1000'], { signal, onLine: () => undefined })
    signal.throwIfAborted()
    return {}
  })
  await jobs.stop()
  await expect(done).rejects.toThrow('stopping')
  opened = []
  expect(open(join(folder, 'jobs.sqlite')).list({ limit: 5 })).toMatchObject([{ error: { code: 'INTERRUPTED' } }])
})
