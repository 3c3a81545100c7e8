import { expect, test } from 'vitest'
import { rangeToRead, wholeLines } from './log-tail.ts'

test.each([
  ['first look: only the end is remembered', null, { isSame: false, size: 500 }, { from: 500, skippedBytes: 0 }],
  ['more lines', { offset: 100 }, { isSame: true, size: 150 }, { from: 100, skippedBytes: 0 }],
  ['rotated: another file', { offset: 100 }, { isSame: false, size: 150 }, { from: 0, skippedBytes: 0 }],
  ['emptied in place', { offset: 100 }, { isSame: true, size: 50 }, { from: 0, skippedBytes: 0 }],
  [
    'too much: the newest part is read',
    { offset: 100 },
    { isSame: true, size: 1500 },
    { from: 500, skippedBytes: 400 },
  ],
])('%s', (_name, last, file, range) => expect(rangeToRead(last, file, 1000)).toEqual(range))

test.each([
  ['a\nb\nhalf', ['a', 'b'], 4],
  ['half', [], 0],
  ['a\n', ['a'], 2],
])('whole lines of %j', (text, lines, usedBytes) => expect(wholeLines(Buffer.from(text))).toEqual({ lines, usedBytes }))

test('a line without an end is not waited for for ever', () => {
  expect(wholeLines(Buffer.alloc(5000, 'x'))).toMatchObject({ usedBytes: 5000 })
})
