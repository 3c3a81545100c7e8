import { expect, test } from 'vitest'
import { fitList, fitText } from './fit.ts'

test('a text that is too long loses whole lines at its start', () => {
  const lines = Array.from({ length: 100 }, (_, n) => `line ${n}`).join('\n')
  const { text, truncated } = fitText(lines, 200)
  expect(truncated).toBe(true)
  expect(text).toMatch(/^line \d+\n[^]*line 99$/)
  expect(JSON.stringify(text).length).toBeLessThanOrEqual(200)
  expect(fitText(lines, 5000)).toEqual({ text: lines, truncated: false })
})

test('a line without an end that does not fit is cut all the same', () => {
  expect(JSON.stringify(fitText('\u001b'.repeat(1000), 100).text).length).toBeLessThanOrEqual(100)
})

test('a list first loses what its entries can do without, then its last entries', () => {
  const entry = (n: number) => ({ id: n, labels: 'x'.repeat(100) })
  const slim = ({ id }: { id: number; labels: string }) => ({ id, labels: '' })
  const list = Array.from({ length: 10 }, (_, n) => entry(n))
  expect(fitList(list, slim, 5000)).toEqual({ list, truncated: false })
  expect(fitList(list, slim, 500)).toEqual({ list: list.map(slim), truncated: true })
  expect(fitList(list, slim, 100).list).toHaveLength(4)
})
