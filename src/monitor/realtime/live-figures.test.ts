import { expect, test } from 'vitest'
import { liveFigures } from './live-figures.ts'

const at = '2026-01-02T03:04:05+01:00'

test('a report is shown in the fields of Better Monitor', () => {
  const metrics = {
    cpu_percent: 12.5,
    memory_percent: 50,
    disk_percent: 25,
    load_average: [1, 2, 3],
    uptime_seconds: 60,
    memory: { used_bytes: 4, total_bytes: 8 },
    disk: { used_bytes: 1, total_bytes: 4 },
    network_io: { bytes_recv: 7, bytes_sent: 9 },
    top_processes: [{ pid: 1, name: 'init', cpu_percent: 0, memory_rss: 1 }],
  }
  expect(liveFigures(at, metrics)).toEqual({
    timestamp: '2026-01-02T02:04:05.000Z',
    cpu_usage: 12.5,
    memory_used: 4,
    memory_total: 8,
    disk_used: 1,
    disk_total: 4,
    network_in: 7,
    network_out: 9,
    load_avg_1: 1,
    load_avg_5: 2,
    load_avg_15: 3,
    memory_percent: 50,
    disk_percent: 25,
    uptime_seconds: 60,
  })
})

test.each([{}, { cpu_percent: 'much' }])('what was not measured, or cannot be read, is null: %j', (metrics) => {
  const { timestamp: _at, ...figures } = liveFigures(at, metrics)
  expect(new Set(Object.values(figures))).toEqual(new Set([null]))
})
