import { expect, test } from 'vitest'
import { diskLevel, loweredBy, type DiskState } from './disk-level.ts'

const rules = { warning: 80, after_cleaning: 85, high: 90, critical: 95, min_free_bytes: 1024 ** 3 }
const base: DiskState = { percent: 50, freeBytes: 500e9, totalBytes: 1000e9, deletable: false, cleaned: 'not_tried' }

test.each<[string, Partial<DiskState>, string | null, string]>([
  ['80 % exactly', { percent: 80, deletable: true }, null, 'enough_space'],
  ['82 % with deletable files', { percent: 82, deletable: true }, 'L1', 'cleanable'],
  ['90 % exactly with deletable files', { percent: 90, deletable: true }, 'L1', 'cleanable'],
  ['88 % with nothing to delete', { percent: 88 }, null, 'nothing_to_clean'],
  ['90.1 %', { percent: 90.1, deletable: true }, 'L2', 'high'],
  ['86 % after a cleaning', { percent: 86, cleaned: 'done' }, 'L2', 'full_after_cleaning'],
  ['84 % after a cleaning', { percent: 84, cleaned: 'done', deletable: true }, null, 'cleaned_enough'],
  ['95.1 %', { percent: 95.1 }, 'L3', 'critical'],
  ['95 % exactly', { percent: 95 }, 'L2', 'high'],
  ['less than 1 GB free', { percent: 60, freeBytes: 1e9 }, 'L3', 'little_free'],
  [
    'a small boot partition with less than 1 GB free',
    { percent: 60, freeBytes: 2e8, totalBytes: 5e8 },
    null,
    'enough_space',
  ],
  ['cleaning failed', { percent: 82, cleaned: 'failed' }, 'L3', 'cleaning_failed'],
  ['cleaning failed, but there is space again', { percent: 70, cleaned: 'failed' }, null, 'enough_space'],
])('%s', (_name, state, level, reason) => {
  expect(diskLevel({ ...base, ...state }, rules)).toEqual({ level, reason })
})

test('what is raised goes only below its threshold minus the margin', () => {
  const state = { ...base, percent: 89.5 }
  expect(diskLevel(state, loweredBy(rules, 1, 'L2')).level).toBe('L2')
  expect(diskLevel({ ...state, percent: 88.5 }, loweredBy(rules, 1, 'L2')).level).toBeNull()
  expect(diskLevel({ ...state, percent: 94.5 }, loweredBy(rules, 1, 'L3')).level).toBe('L3')
  expect(diskLevel({ ...state, percent: 90.5 }, loweredBy(rules, 1, 'L1')).level).toBe('L2')
})
