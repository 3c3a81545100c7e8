import { expect, test } from 'vitest'
import type { Job } from '../../contract/operations/jobs.ts'
import { targetProgress } from './target-progress.ts'

const now = new Date('2026-01-01T00:10:00Z')
const job = (state: Job['state'], en = ''): Job => ({
  job_id: 'job-12345',
  kind: 'upgrade.install',
  resource: 'upgrade',
  state,
  created_by: 'ann@root',
  created_at: now.toISOString(),
  started_at: null,
  finished_at: null,
  progress: [],
  lines_dropped: 0,
  result: null,
  error: en === '' ? null : { code: 'ROLLED_BACK', zh: '', en },
})
const target = { jobId: 'job-12345', version: '1.0.0', isOnline: true, startedAt: new Date('2026-01-01T00:00:00Z'), attempts: 1 } // prettier-ignore
const facts = { targetVersion: '1.1.0', job: null, isSending: false, now }

test('a server is done when its job is and it reports the new version, not before', () => {
  const done = { ...facts, job: job('succeeded') }
  expect(targetProgress(target, done)).toEqual({ is: 'installing', reason: 'not-reported' })
  expect(targetProgress({ ...target, version: '1.1.0', isOnline: false }, done)).toMatchObject({ is: 'installing' })
  expect(targetProgress({ ...target, version: '1.1.0' }, { ...facts, job: job('running') })).toMatchObject({ is: 'installing' }) // prettier-ignore
  expect(targetProgress({ ...target, version: '1.1.0' }, done)).toEqual({ is: 'succeeded' })
})

test('what the server says of its failure is the reason', () => {
  expect(targetProgress(target, { ...facts, job: job('failed', 'rolled back') })).toEqual({ is: 'failed', reason: 'rolled back' }) // prettier-ignore
})

test('a server that does not answer is waited for, but not for ever', () => {
  expect(targetProgress(target, facts)).toMatchObject({ is: 'installing' })
  expect(targetProgress(target, { ...facts, now: new Date('2026-01-01T00:31:00Z') })).toMatchObject({ is: 'failed' })
})

test('a package that was not handed over is sent again, a few times', () => {
  const unsent = { ...target, jobId: null }
  expect(targetProgress(unsent, { ...facts, isSending: true })).toMatchObject({ is: 'installing' })
  expect(targetProgress(unsent, facts)).toMatchObject({ is: 'again' })
  expect(targetProgress({ ...unsent, attempts: 3 }, facts)).toMatchObject({ is: 'failed' })
  expect(targetProgress({ ...unsent, version: '1.1.0' }, facts)).toEqual({ is: 'succeeded' })
})
