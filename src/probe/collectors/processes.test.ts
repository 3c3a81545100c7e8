import { expect, test } from 'vitest'
import { parseProcessStat, type ProcessStat } from './process-stat.ts'
import { topProcesses } from './top-processes.ts'

const line =
  '4830 (we) ird (name) R 4816 4816 2293 0 -1 4194304 99 0 0 0 7 5 0 0 20 0 1 0 104012 3133440 414 18446744073709551615 1 1 0'

test('a name with spaces and parentheses does not shift the fields', () => {
  expect(parseProcessStat(line)).toEqual({
    pid: 4830,
    ppid: 4816,
    name: 'we) ird (name',
    state: 'R',
    ticks: 12,
    startTicks: 104012,
    rssPages: 414,
  })
})

test('a cut line is null', () => expect(parseProcessStat('12 (x) R 1')).toBeNull())

function stat(pid: number, ticks: number, rssPages: number, startTicks = 1): ProcessStat {
  return { pid, ppid: 1, name: `p${pid}`, state: 'S', ticks, startTicks, rssPages }
}

test('the busiest come first, then the largest, at most ten', () => {
  const before = new Map(Array.from({ length: 20 }, (_, pid) => [pid, stat(pid, 0, pid)]))
  const now = Array.from({ length: 20 }, (_, pid) => stat(pid, pid === 3 ? 100 : 0, pid))
  const top = topProcesses(before, now, 1000)
  expect(top).toHaveLength(10)
  expect(top[0]).toMatchObject({ pid: 3, cpuPercent: 100 })
  expect(top.map((process) => process.pid)).toContain(19)
})

test('a pid that was taken by a new process starts at zero', () => {
  const top = topProcesses(new Map([[5, stat(5, 10, 1, 1)]]), [stat(5, 500, 1, 2)], 1000)
  expect(top[0]?.cpuPercent).toBe(0)
})
