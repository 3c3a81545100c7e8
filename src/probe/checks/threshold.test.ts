import { expect, test } from 'vitest'
import type { IssueLevel } from '../../contract/common.ts'
import { levelOfZone, zoneOf } from './threshold.ts'

test.each<[number, IssueLevel | null, string]>([
  [90, null, 'good'],
  [90.1, null, 'warning'],
  [86, 'L1', 'warning'],
  [85, 'L2', 'good'],
  [99, 'L1', 'critical'],
  [94, 'L3', 'critical'],
  [92, 'L3', 'warning'],
])('%f percent while %s is raised is %s', (value, raised, zone) => {
  expect(zoneOf(value, { warning: 90, critical: 98, margin: 5 }, raised)).toBe(zone)
})

test('a critical of 100 percent is never exceeded', () => {
  expect(zoneOf(100, { warning: 95, critical: 100, margin: 5 }, null)).toBe('warning')
})

test.each([
  ['good', undefined, null],
  ['warning', undefined, 'L1'],
  ['warning', { type: 'command.run' as const, command: 'x' }, 'L2'],
  ['critical', { type: 'command.run' as const, command: 'x' }, 'L3'],
] as const)('%s with fix %j is %s', (zone, action, level) => expect(levelOfZone(zone, action)).toBe(level))
