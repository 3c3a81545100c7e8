import { expect, test } from 'vitest'
import { pack } from './pack.ts'

test.each([
  ['nothing', [], []],
  ['what fits goes together', ['aa', 'bb'], ['h:aa\nbb']],
  ['what does not fit together is two', ['aaaa', 'bbbb'], ['h:aaaa', 'h:bbbb']],
  ['bytes count, not letters', ['你好', 'b'], ['h:你好', 'h:b']],
  ['what fits nowhere is left out, the rest is not', ['a', 'bbbbbbbbbbbb', 'c'], ['h:a\nc']],
])('%s', (_, lines, packed) => {
  expect(pack('h:', lines, 9)).toEqual(packed)
})
