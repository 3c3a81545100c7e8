import { expect, test } from 'vitest'
import { bytesOfKey, withControl } from './typed-keys.ts'

test.each([
  ['c', '\x03'],
  ['C', '\x03'],
  ['[', '\x1b'],
  [' ', '\x00'],
  ['?', '\x7f'],
  ['1', '1'],
  ['你', '你'],
  ['pasted', 'pasted'],
])('Ctrl with %j is %j', (key, bytes) => {
  expect(withControl(key)).toBe(bytes)
})

test('arrows are sent in the form that the program asked for, other keys always the same', () => {
  expect([bytesOfKey('↑', false), bytesOfKey('↑', true), bytesOfKey('PgUp', true)]).toEqual([
    '\x1b[A',
    '\x1bOA',
    '\x1b[5~',
  ])
})
