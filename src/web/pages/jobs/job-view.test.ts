import { expect, test } from 'vitest'
import { lineOf, mergeLines, tookSeconds } from './job-view.ts'

const line = (seq: number) => ({ seq, at: '2026-01-01T00:00:00.000Z', line: `line ${seq}` })
const seqs = (lines: ReadonlyArray<{ seq: number }>) => lines.map(({ seq }) => seq)

test('lines that come twice, or out of order, are shown once and in order', () => {
  expect(seqs(mergeLines([line(1), line(2)], [line(2), line(4), line(3)]))).toEqual([1, 2, 3, 4])
})

test('the oldest lines go first', () => {
  const many = Array.from({ length: 6_000 }, (_, at) => line(at + 1))
  const kept = mergeLines([], many)
  expect([kept.length, kept[0]?.seq, kept.at(-1)?.seq]).toEqual([5_000, 1_001, 6_000])
})

test('only a line of a job is a line', () => {
  expect(lineOf({ event: 'line', ...line(7) })).toEqual(line(7))
  expect(lineOf({ event: 'state', state: 'running' })).toBeNull()
  expect(lineOf({ event: 'line', seq: '7', at: '', line: '' })).toBeNull()
})

test('a job that has not begun has taken no time, one that runs takes it until now', () => {
  const started = '2026-01-01T00:00:00.000Z'
  const now = Date.parse(started) + 5_000
  expect(tookSeconds({ started_at: null, finished_at: null }, now)).toBeNull()
  expect(tookSeconds({ started_at: started, finished_at: null }, now)).toBe(5)
  expect(tookSeconds({ started_at: started, finished_at: '2026-01-01T00:00:02.000Z' }, now)).toBe(2)
})
