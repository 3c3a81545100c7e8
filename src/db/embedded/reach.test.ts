import { expect, test } from 'vitest'
import { mayEnter } from './reach.ts'

test.each([
  ['a stranger needs the bit for others', { uid: 0, gid: 0, mode: 0o40755 }, true],
  ['a home folder that only root may enter is closed', { uid: 0, gid: 0, mode: 0o40700 }, false],
  ['the group opens a folder that others may not enter', { uid: 0, gid: 20, mode: 0o40710 }, true],
  ['the owner is judged by the bit of the owner alone', { uid: 10, gid: 0, mode: 0o40077 }, false],
  ['the group is judged by the bit of the group alone', { uid: 0, gid: 20, mode: 0o40701 }, false],
])('%s', (_, folder, expected) => {
  expect(mayEnter(folder, { uid: 10, gid: 20 })).toBe(expected)
})
