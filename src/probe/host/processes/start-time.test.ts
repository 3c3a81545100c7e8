import { expect, test } from 'vitest'
import { isSameStart, parseBootTimeMs, startedAtMs } from './start-time.ts'

test('the boot time stands in the middle of /proc/stat', () => {
  expect(parseBootTimeMs('cpu 1 2\nbtime 1700000000\nprocesses 3\n')).toBe(1_700_000_000_000)
  expect(parseBootTimeMs('cpu 1 2\n')).toBeNull()
})

test.each([
  ['the listed start', 0, true],
  ['a boot time that slipped a second down', -1000, true],
  ['a boot time that slipped a second up', 1000, true],
  ['one tick later', 10, false],
  ['half a second later', 500, false],
  ['two seconds later', 2000, false],
])('%s names the same process: %3$s', (_name, offMs, same) => {
  expect(isSameStart(startedAtMs(5_000_000, 123) + offMs, 5_000_000, 123)).toBe(same)
})
