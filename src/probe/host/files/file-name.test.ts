import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameOnDisk, shownName } from './file-name.ts'

test.each([
  ['plain', Buffer.from('a.txt'), 'a.txt'],
  ['Chinese', Buffer.from('日志.txt'), '日志.txt'],
  ['ending in blanks', Buffer.from('a  '), 'a  '],
  ['latin 1', Buffer.from('caf\xe9', 'latin1'), 'caf\\xe9'],
  ['an escape that is meant literally', Buffer.from('a\\x41'), 'a\\x5cx41'],
  ['a backslash before a stray byte', Buffer.from('\\\xff', 'latin1'), '\\\\xff'],
  ['a backslash of its own', Buffer.from('a\\b'), 'a\\b'],
])('a name that is %s is shown readably and leads back', (_name, bytes, text) => {
  expect(shownName(bytes)).toBe(text)
  expect(nameOnDisk(text)).toEqual(bytes)
})

test('every name has one text, and no other text leads to it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      expect(nameOnDisk(shownName(bytes))).toEqual(Buffer.from(bytes))
    }),
  )
  fc.assert(
    fc.property(fc.stringMatching(/^[\\x0-9a-f]{1,12}$/), (text) => {
      const name = nameOnDisk(text)
      expect(name === null || shownName(name) === text).toBe(true)
    }),
  )
})

test.each([
  ['an escaped letter', '\\x41'],
  ['an escaped dot', '\\x2e\\x2e'],
  ['an escaped slash', 'a\\x2fb'],
  ['half a surrogate pair', 'a\ud800'],
])('%s is no name', (_name, text) => expect(nameOnDisk(text)).toBeNull())
