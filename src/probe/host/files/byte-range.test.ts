import { expect, test } from 'vitest'
import { bytesOf } from './byte-range.ts'

test.each([
  [{ start: 0 }, 10, 0, 10],
  [{ start: 0, end: 0 }, 10, 0, 1],
  [{ start: 4, end: 6 }, 10, 4, 3],
  [{ start: 9 }, 10, 9, 1],
  [{ start: 4, end: 1000 }, 10, 4, 6],
  [{ suffix: 3 }, 10, 7, 3],
  [{ suffix: 1000 }, 10, 0, 10],
])('%j of %i bytes starts at %i and has %i', (range, size, start, length) => {
  expect(bytesOf(range, size)).toEqual({ start, length })
})

test.each([
  [{ start: 10 }, 10],
  [{ start: 5, end: 4 }, 10],
  [{ suffix: 0 }, 10],
  [{ start: 0 }, 0],
  [{ suffix: 1 }, 0],
])('%j of %i bytes is none of them: 416', (range, size) => {
  expect(() => bytesOf(range, size)).toThrow(expect.objectContaining({ status: 416, details: { size } }))
})
