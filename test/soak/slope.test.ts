import { expect, test } from 'vitest'
import { trendOf } from './slope.ts'

const line = (from: number, step: number, noise: (at: number) => number = () => 0) =>
  Array.from({ length: 20 }, (_, at) => ({ atMs: at * 1000, value: from + step * at + noise(at) }))
const tolerance = { share: 0.1, amount: 5 }

test('what stays where it is, up and down, is flat, and so is what falls', () => {
  expect(
    trendOf(
      line(200, 0, (at) => (at % 2 === 0 ? 30 : -30)),
      tolerance,
    )?.isFlat,
  ).toBe(true)
  expect(trendOf(line(200, -5), tolerance)?.isFlat).toBe(true)
})

test('what grows steadily is not flat, however noisy', () => {
  expect(
    trendOf(
      line(200, 3, (at) => (at % 3) * 10),
      tolerance,
    ),
  ).toMatchObject({ isFlat: false })
  expect(trendOf(line(0, 1), tolerance)).toEqual({ from: 0, to: 19, isFlat: false })
})

test('of too few samples nothing is said', () => {
  expect(trendOf(line(0, 1).slice(0, 3), tolerance)).toBeNull()
})
