import { expect, test } from 'vitest'
import { judge } from './flatness.ts'
import type { FigureKind, Series } from './sampling.ts'

const minuteMs = 60_000
const everyMs = 10_000
const runMs = 30 * minuteMs

/** A figure of a run of 30 minutes, by what it is after so many minutes. */
function series(kind: FigureKind, value: (minutes: number) => number): Series {
  const samples = Array.from({ length: runMs / everyMs }, (_, at) => ({
    atMs: at * everyMs,
    value: value((at * everyMs) / minuteMs),
  }))
  return { kind, of: 'root', what: '', samples }
}
const judged = (kind: FigureKind, value: (minutes: number) => number) => judge([series(kind, value)], runMs / 2)[0]
/** What comes and goes with the work that is done just then. */
const noise = (minutes: number) => 10 * Math.sin(minutes * 7)

test('a heap that holds 1 MB more every minute grows, whatever else comes and goes in it', () => {
  expect(judged('heap', (minutes) => 60 + minutes + noise(minutes))).toMatchObject({ isFlat: false })
  expect(judged('heap', (minutes) => 60 + noise(minutes))).toMatchObject({ isFlat: true })
})

test('what a process took in the first half, and keeps, is no growth', () => {
  const warmUp = (minutes: number) => 100 + 100 * Math.min(1, minutes / 14)
  expect(judged('memory', warmUp)).toMatchObject({ isFlat: true })
  expect(judged('memory', (minutes) => 200 + 3 * minutes)).toMatchObject({ isFlat: false })
})

test('rows that are kept may come, and not more and more of them', () => {
  expect(judged('rows that are kept', (minutes) => 400 * minutes)).toMatchObject({ isFlat: true })
  expect(judged('rows that are kept', (minutes) => 40 * minutes ** 2)).toMatchObject({ isFlat: false })
})

test('what waits may not become more', () => {
  expect(judged('rows that wait', (minutes) => 20 + noise(minutes))).toMatchObject({ isFlat: true })
  expect(judged('rows that wait', (minutes) => 10 * minutes)).toMatchObject({ isFlat: false })
})
