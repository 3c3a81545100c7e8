import { expect, test } from 'vitest'
import { parseSessionStat } from './session-stat.ts'

test('a name with spaces and parentheses does not shift the fields', () => {
  expect(parseSessionStat('4242 (a) (b) c) S 1 4243 4200 34816 4244 4194304 1 2')).toEqual({
    pid: 4242,
    name: 'a) (b) c',
    session: 4200,
    foregroundGroup: 4244,
    ended: false,
  })
  expect(parseSessionStat('7 (sh) Z 1 7 7 0 -1 0')).toMatchObject({ ended: true, foregroundGroup: -1 })
})

test.each(['', 'nonsense', '1 (sh'])('%j is none', (text) => expect(parseSessionStat(text)).toBeNull())
