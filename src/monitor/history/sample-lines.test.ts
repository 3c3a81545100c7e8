import { expect, test } from 'vitest'
import { pointsJson } from './sample-lines.ts'

const line = (seconds: string, cpu: number | null) => `${seconds},${cpu},2,3,4,5,6.25,null,1e-07,9,10\n`

test('lines of a minute become points that say each figure by its name', () => {
  const atMs = Date.UTC(2026, 2, 29, 1, 59)
  expect(JSON.parse(pointsJson([{ atMs, lines: line('07.250', 12.5) }]))).toEqual([
    {
      timestamp: '2026-03-29T01:59:07.250Z',
      cpu_usage: 12.5,
      cpu_usage_max: 12.5,
      cpu_usage_min: 12.5,
      memory_used: 2,
      memory_used_max: 2,
      memory_used_min: 2,
      disk_used: 3,
      disk_used_max: 3,
      disk_used_min: 3,
      memory_total: 4,
      disk_total: 5,
      network_in: 6.25,
      network_in_max: 6.25,
      network_out: null,
      network_out_max: null,
      load_avg_1: 1e-7,
      load_avg_1_max: 1e-7,
      load_avg_5: 9,
      load_avg_15: 10,
    },
  ])
})

test('what came later into a minute stands where its time is', () => {
  const atMs = Date.UTC(1969, 11, 31, 23, 58)
  const points = JSON.parse(
    pointsJson([
      { atMs, lines: line('00.000', 1) + line('30.000', 3) },
      { atMs: atMs + 20_000, lines: line('20.000', 2) },
      { atMs: atMs + 59_999, lines: line('59.999', 4) },
      { atMs: atMs + 60_000, lines: line('00.000', null) },
    ]),
  ) as Array<{ timestamp: string; cpu_usage: number | null }>
  expect(points.map(({ timestamp, cpu_usage }) => [timestamp.slice(11), cpu_usage])).toEqual([
    ['23:58:00.000Z', 1],
    ['23:58:20.000Z', 2],
    ['23:58:30.000Z', 3],
    ['23:58:59.999Z', 4],
    ['23:59:00.000Z', null],
  ])
})

test('nothing is an empty list', () => expect(pointsJson([])).toBe('[]'))
