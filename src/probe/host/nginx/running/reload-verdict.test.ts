import { expect, test } from 'vitest'
import { reloadVerdict } from './reload-verdict.ts'

const said = (level: string, text: string) => [{ level, text, file: null, line: null }]
const bind = said('emerg', 'bind() to 0.0.0.0:80 failed (98: Address already in use)')

test.each([
  ['only old workers', [1, 2], [1, 2], true, [], 'wait'],
  ['old and new workers', [1, 2], [2, 3], true, [], 'wait'],
  ['only new workers', [1, 2], [3, 4], true, [], 'taken'],
  ['no workers yet', [1], [], true, [], 'wait'],
  ['the master ended', [1], [], false, [], 'refused'],
  ['a bind that is tried again', [1], [1], true, bind, 'wait'],
  ['a bind that failed at first', [1], [2], true, bind, 'taken'],
  ['a bind given up', [1], [1], true, [...bind, ...said('emerg', 'still could not bind()')], 'refused'],
  [
    'a worker that cannot live',
    [1],
    [2],
    true,
    said('alert', 'worker process 2 exited with fatal code 2 and cannot be respawned'),
    'refused',
  ],
  ['an ordinary alert', [1], [2], true, said('alert', 'worker process 1 exited on signal 9'), 'taken'],
] as const)('%s', (_, before, now, masterRuns, messages, verdict) => {
  expect(reloadVerdict({ before, now, masterRuns, messages })).toBe(verdict)
})
