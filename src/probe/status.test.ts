import { expect, test } from 'vitest'
import type { IssueLevel } from '../contract/common.ts'
import { statusOf } from './status.ts'

test.each<[IssueLevel[], string]>([
  [[], 'healthy'],
  [['L1'], 'warning'],
  [['L2', 'L1'], 'warning'],
  [['L1', 'L3', 'L2'], 'critical'],
])('issues %j make the report %s', (levels, status) =>
  expect(statusOf(levels.map((level) => ({ level })))).toBe(status),
)
