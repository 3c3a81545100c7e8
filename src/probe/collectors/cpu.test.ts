import { expect, test } from 'vitest'
import { cpuPercent, parseCpuTicks } from './cpu.ts'

const stat = `cpu  2401 0 2124 202789 106 0 47 6 30 0
cpu0 878 0 922 101880 4 0 12 2 0 0
cpu1 1523 0 1202 100909 101 0 35 4 0 0
intr 328942 0 0 0
ctxt 869990
btime 1795260511
`

test('ticks of all cores, guest time not counted twice', () => {
  expect(parseCpuTicks(stat)).toEqual({ total: 2401 + 2124 + 202789 + 106 + 47 + 6, idle: 202789 + 106, cores: 2 })
})

test('a text that is not /proc/stat is an error', () => {
  expect(() => parseCpuTicks('hello')).toThrow('/proc/stat')
})

test.each([
  ['half busy', { total: 200, idle: 150 }, 50],
  ['all idle', { total: 200, idle: 200 }, 0],
  ['idle stepped back', { total: 200, idle: 90 }, 100],
  ['no tick passed', { total: 100, idle: 100 }, null],
  ['counters began anew', { total: 10, idle: 5 }, null],
])('percent between two readings: %s', (_name, after, percent) => {
  expect(cpuPercent({ total: 100, idle: 100, cores: 1 }, { ...after, cores: 1 })).toBe(percent)
})
