import { expect, test } from 'vitest'
import { serviceLevel, type ServiceState } from './service-level.ts'

const down: ServiceState = {
  well: false,
  autoRestart: true,
  startable: true,
  restartsLastHour: 0,
  maxRestartsPerHour: 3,
  failedStarts: 0,
  startAttempts: 2,
  approvedStartFailed: false,
  raised: null,
}

test.each<[string, Partial<ServiceState>, string | null, string]>([
  ['it is well', { well: true, raised: 'L3' }, null, 'well'],
  ['marked, never restarted', {}, 'L1', 'restart'],
  ['marked, restarted twice', { restartsLastHour: 2 }, 'L1', 'restart'],
  ['marked, restarted three times', { restartsLastHour: 3 }, 'L2', 'restarted_too_often'],
  ['not marked', { autoRestart: false }, 'L2', 'needs_approval'],
  ['one start failed', { failedStarts: 1 }, 'L1', 'restart'],
  ['two starts failed', { failedStarts: 2 }, 'L3', 'cannot_be_started'],
  ['an approved start failed', { autoRestart: false, approvedStartFailed: true }, 'L3', 'cannot_be_started'],
  ['it was L3 and still is not well', { raised: 'L3' }, 'L3', 'cannot_be_started'],
  ['nobody said how to start it', { startable: false }, 'L3', 'no_way_to_start'],
])('%s', (_name, state, level, reason) => {
  expect(serviceLevel({ ...down, ...state })).toEqual({ level, reason })
})
