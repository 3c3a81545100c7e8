import { expect, test } from 'vitest'
import { ended, nextStart } from './next-start.ts'
import type { ReleaseState } from './release-state.ts'

const installed = { baseVersion: '1.0.0', has: () => true }
const trial = { version: '1.1.0', job_id: 'job-1', within_ms: 1000, begun: false, no_way_back: false }
const state = (changes: Partial<ReleaseState>): ReleaseState => ({
  format: 1,
  base_version: '1.0.0',
  current: null,
  trial: null,
  last: null,
  ...changes,
})

test('without an upgrade the installation runs', () => {
  expect(nextStart(null, installed)).toEqual({ run: null, trial: false, state: null, reason: 'installation' })
  expect(nextStart(state({}), installed)).toMatchObject({ run: null, reason: 'installation' })
})

test('a trial is begun once, and what is written says so before it starts', () => {
  const first = nextStart(state({ trial }), installed)
  expect(first).toMatchObject({ run: '1.1.0', trial: true, reason: 'trial', state: { trial: { begun: true } } })
  expect(nextStart(first.state, installed)).toMatchObject({
    run: null,
    trial: false,
    reason: 'trial-cut-short',
    state: { current: null, trial: null, last: { result: 'rolled_back', version: '1.1.0', from: '1.0.0' } },
  })
})

test('the build before the trial runs again, not the installation', () => {
  const cut = state({ current: '1.0.5', trial: { ...trial, begun: true } })
  expect(nextStart(cut, installed)).toMatchObject({ run: '1.0.5', state: { current: '1.0.5' } })
})

test('a trial that has changed the database is not rolled back', () => {
  const cut = state({ trial: { ...trial, begun: true, no_way_back: true } })
  expect(nextStart(cut, installed)).toMatchObject({
    run: '1.1.0',
    trial: false,
    reason: 'no-way-back',
    state: { current: '1.1.0', last: { result: 'broken' } },
  })
})

test('an installation that somebody replaced counts more than an earlier upgrade', () => {
  const old = state({ current: '1.1.0' })
  expect(nextStart(old, { ...installed, baseVersion: '2.0.0' })).toMatchObject({
    run: null,
    reason: 'installed-anew',
    state: { base_version: '2.0.0', current: null },
  })
})

test('a build whose files are gone is not started', () => {
  const gone = { ...installed, has: () => false }
  expect(nextStart(state({ current: '1.1.0' }), gone)).toMatchObject({ run: null, reason: 'build-missing' })
  expect(nextStart(state({ trial }), gone)).toMatchObject({ run: null, state: { last: { result: 'rolled_back' } } })
})

test('a build that came up is the current one', () => {
  expect(ended(state({ trial }), 'upgraded', '')).toMatchObject({
    current: '1.1.0',
    trial: null,
    last: { result: 'upgraded', from: '1.0.0', job_id: 'job-1' },
  })
})
