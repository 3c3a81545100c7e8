import { expect, test } from 'vitest'
import {
  formatAge,
  formatBytes,
  formatClock,
  formatNumber,
  formatPercent,
  formatRate,
  formatSpan,
  formatTook,
  noFigure,
} from './format.ts'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KiB'],
  [8 * 1024 ** 3, '8 GiB'],
  [123.4 * 1024 ** 2, '123 MiB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('a figure that could not be had is a dash, never 0', () => {
  for (const format of [formatBytes, formatRate, formatPercent, formatNumber]) {
    expect([format(null), format(undefined), format(Number.NaN)]).toEqual([noFigure, noFigure, noFigure])
  }
})

test.each([
  [0, '0 %'],
  [4.25, '4.3 %'],
  [42.4, '42 %'],
  [100, '100 %'],
])('%d percent reads as %s', (percent, text) => {
  expect(formatPercent(percent)).toBe(text)
})

test('an age is in its largest whole unit, in both languages', () => {
  const now = Date.parse('2026-01-02T00:00:00Z')
  expect(formatAge('2026-01-01T23:59:48Z', now, 'en')).toBe('12 s ago')
  expect(formatAge('2026-01-01T23:01:00Z', now, 'zh')).toBe('59 分钟前')
  expect(formatAge('2026-01-02T00:00:30Z', now, 'en')).toBe('now')
  expect(formatSpan(90_000, 'en')).toBe('1 d')
})

test.each([
  [85.4, '85 ms'],
  [1230, '1.2 s'],
  [245_000, '4:05'],
  [3_723_000, '1:02:03'],
  [null, noFigure],
])('%s ms took %s', (ms, text) => {
  expect(formatTook(ms)).toBe(text)
})

test('what is left is shown until nothing is left', () => {
  expect([formatClock(0.2), formatClock(59.5), formatClock(-3)]).toEqual(['0:01', '1:00', '0:00'])
})
