import { expect, test } from 'vitest'
import { parsePostmasterPid } from './postmaster-pid.ts'

const running = '4711\n/data/cluster\n1763725470\n5432\n/data/run\n\n  1234567  8\nready   \n'

test.each([
  ['a server that takes connections is ready', running, { pid: 4711, ready: true }],
  ['a server that recovers is not ready', running.replace('ready   ', 'starting'), { pid: 4711, ready: false }],
  ['a file that is just being written has a pid and nothing else', '4711\n/data', { pid: 4711, ready: false }],
  ['an empty file says nothing', '', undefined],
  ['a file with other content says nothing', 'hello\n', undefined],
])('%s', (_, text, expected) => {
  expect(parsePostmasterPid(text)).toEqual(expected)
})
