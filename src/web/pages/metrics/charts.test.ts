import { expect, test } from 'vitest'
import type { MonitorPoint } from '../../../contract/better-monitor/monitor-data.ts'
import { chartsOf } from './charts.ts'

const point = (cpu: [lowest: number, average: number, peak: number]): MonitorPoint => ({
  timestamp: '2026-01-02T03:04:05Z',
  cpu_usage: cpu[1],
  cpu_usage_min: cpu[0],
  cpu_usage_max: cpu[2],
  memory_used: null,
  memory_used_min: null,
  memory_used_max: null,
  memory_total: null,
  disk_used: null,
  disk_used_min: null,
  disk_used_max: null,
  disk_total: null,
  network_in: null,
  network_in_max: null,
  network_out: null,
  network_out_max: null,
  load_avg_1: null,
  load_avg_1_max: null,
  load_avg_5: null,
  load_avg_15: null,
})
const cpuOf = (bucketed: boolean) => {
  const charts = chartsOf([point([1, 2, 9]), point([3, 4, 5])], bucketed, (word) => word)
  return charts.find(({ id }) => id === 'cpu')?.series ?? []
}

test('buckets are a line of averages in a band from the lowest figure to the peak', () => {
  expect(cpuOf(true).map(({ label, values }) => [label, values])).toEqual([
    ['peak', [9, 5]],
    ['lowest', [1, 3]],
    ['average', [2, 4]],
  ])
  const [peak] = cpuOf(true)
  expect(cpuOf(true)[peak?.bandTo ?? -1]?.label).toBe('lowest')
})

test('single reports are a line alone', () => {
  expect(cpuOf(false).map(({ label, bandTo }) => [label, bandTo])).toEqual([['average', undefined]])
})
