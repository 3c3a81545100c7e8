import { expect, test } from 'vitest'
import { fitList } from './fit-list.ts'

const process = (pid: number, cmdChars: number) => ({
  pid,
  ppid: 1,
  name: 'x',
  username: 'root',
  status: 'sleeping' as const,
  cpu_percent: 0,
  memory_rss: 1,
  create_time: '2026-01-01T00:00:00.000Z',
  cmd: 'c'.repeat(cmdChars),
  ports: [],
})
const list = (count: number, cmdChars: number) => Array.from({ length: count }, (_, pid) => process(pid, cmdChars))
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

test('a list that fits stays as it is', () => {
  expect(fitList(list(10, 100), 100_000)).toEqual({ processes: list(10, 100), truncated: false })
})

test('a list that is too large loses ends of command lines before it loses processes', () => {
  const { processes, truncated } = fitList(list(100, 2000), 50_000)
  expect([processes.length, truncated, bytesOf(processes) <= 50_000]).toEqual([100, false, true])
  expect(processes[0]?.cmd).toMatch(/^c+…$/)
})

test('a list that never fits loses its last processes and says so', () => {
  const { processes, truncated } = fitList(list(1000, 2000), 50_000)
  expect([processes.length > 100, truncated, bytesOf(processes) <= 50_000]).toEqual([true, true, true])
})
