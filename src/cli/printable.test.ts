import { expect, test } from 'vitest'
import { columnsOf, printable } from './printable.ts'

test.each([
  ['plain text', 'plain text'],
  ['华东 服务器', '华东 服务器'],
  ['red \u001b[31mtext', 'red �[31mtext'],
  ['c1 \u009b31m', 'c1 �31m'],
  ['two\nlines\tand\u2028more', 'two lines and more'],
  ['back\b\bspace\u007f', 'back��space�'],
  ['right \u202eto left', 'right �to left'],
  ['zero\u200bwidth', 'zero�width'],
  ['half \ud800 pair', 'half � pair'],
])('%j reaches the terminal as %j', (text, shown) => expect(printable(text)).toBe(shown))

test('a long text is cut, and never in the middle of a character', () => {
  expect(printable('abcdef', 4)).toBe('abc…')
  expect(printable('😀😀😀😀', 3)).toBe('😀😀…')
  expect(printable('abcd', 4)).toBe('abcd')
})

test.each([
  ['abc', 3],
  ['华东', 4],
  ['e\u0301', 1],
  ['😀', 2],
])('%j takes %i columns', (text, columns) => expect(columnsOf(text)).toBe(columns))
