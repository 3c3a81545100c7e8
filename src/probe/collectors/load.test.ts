import { expect, test } from 'vitest'
import { parseLoad, parseUptime } from './load.ts'

test('the three averages', () => expect(parseLoad('0.52 1.01 12.00 1/90 4874\n')).toEqual([0.52, 1.01, 12]))
test('seconds since boot', () => expect(parseUptime('1078.56 2104.45\n')).toBe(1078.56))
test.each(['', 'a b c'])('%j is an error, not a zero', (text) => {
  expect(() => parseLoad(text)).toThrow()
})
