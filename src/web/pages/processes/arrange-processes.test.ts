import { expect, test } from 'vitest'
import type { HostProcess } from '../../../contract/operations/processes.ts'
import { arrangeProcesses, isSameProcess } from './arrange-processes.ts'

const process = (pid: number, ppid: number, name: string, more: Partial<HostProcess> = {}): HostProcess => ({
  pid,
  ppid,
  name,
  username: 'root',
  status: 'sleeping',
  cpu_percent: 0,
  memory_rss: pid,
  create_time: '2026-01-01T00:00:00.000Z',
  cmd: `/usr/bin/${name}`,
  ports: [],
  ...more,
})
const host = [
  process(1, 0, 'init'),
  process(10, 1, 'nginx', { cpu_percent: 1, ports: [{ protocol: 'tcp', address: '0.0.0.0', port: 80 }] }),
  process(11, 10, 'worker', { cpu_percent: 5 }),
  process(12, 10, 'worker', { cpu_percent: 9 }),
  process(20, 1, 'sshd', { cpu_percent: 2 }),
]
const shown = (q: string, sort: string, tree: boolean) =>
  arrangeProcesses(host, { q, sort, tree }).map(({ process: { pid }, depth }) => `${' '.repeat(depth)}${pid}`)

test.each([
  ['-cpu', ['12', '11', '20', '10', '1']],
  ['name', ['1', '10', '20', '11', '12']],
  ['-memory', ['20', '12', '11', '10', '1']],
  ['nonsense', ['1', '10', '20', '11', '12']],
])('sorted by %s', (sort, pids) => {
  expect(shown('', sort, false)).toEqual(pids)
})

test('a filter looks at pid, name, user, command and ports', () => {
  expect(shown('work', 'pid', false)).toEqual(['11', '12'])
  expect(shown(':80', 'pid', false)).toEqual(['10'])
  expect(shown('root ssh', 'pid', false)).toEqual(['20'])
})

test('in the tree children stand below their parent, sorted among themselves', () => {
  expect(shown('', '-cpu', true)).toEqual(['1', ' 20', ' 10', '  12', '  11'])
})

test('in the tree a match keeps its ancestors', () => {
  expect(shown('12', 'pid', true)).toEqual(['1', ' 10', '  12'])
})

test('a process that names itself as its parent, or a ring of parents, ends', () => {
  const ring = [process(5, 6, 'a'), process(6, 5, 'b'), process(7, 7, 'c')]
  expect(arrangeProcesses(ring, { q: '', sort: 'pid', tree: true }).map((row) => row.process.pid)).toEqual([7])
})

test('a process stays itself when its start moves by a second, and is another when its number was given away', () => {
  const one = process(1, 0, 'init')
  expect(isSameProcess(one, { ...one, create_time: '2026-01-01T00:00:01.000Z' })).toBe(true)
  expect(isSameProcess(one, { ...one, create_time: '2026-01-01T00:00:09.000Z' })).toBe(false)
  expect(isSameProcess(one, { ...one, pid: 2 })).toBe(false)
})
