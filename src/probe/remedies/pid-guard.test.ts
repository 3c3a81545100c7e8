import { expect, test } from 'vitest'
import { isOurs, isTakenOver } from './pid-guard.ts'

test.each([
  ['began before its pid file was written', 10_000, 10_100, false],
  ['began within the slack of the clocks', 14_000, 10_000, false],
  ['began long after', 100_000, 10_000, true],
])('a process that %s is another one: %4$s', (_name, startedAtMs, writtenAtMs, takenOver) => {
  expect(isTakenOver(startedAtMs, writtenAtMs)).toBe(takenOver)
})

test('this process, what started it, and pid 1 are ours', () => {
  expect([process.pid, process.ppid, 1].map((pid) => isOurs(pid, '/proc'))).toEqual([true, true, true])
})
