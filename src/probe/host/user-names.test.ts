import { expect, test } from 'vitest'
import { parseUserNames } from './user-names.ts'

test('users are known by name, the first of several, and what is no account is left out', () => {
  const names = parseUserNames(
    'root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\n+::::::\n# note\nbob:x:1000:1000::/:\n',
  )
  expect([...names]).toEqual([
    [0, 'root'],
    [1000, 'bob'],
  ])
})
