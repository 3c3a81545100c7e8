import { expect, test } from 'vitest'
import { isMadeBefore, readOrder, writeOrder } from './report-order.ts'

const order = (number: number, series = '0a1b2c3d') => ({ series, number })

test('what is written is read', () => {
  for (const one of [order(0), order(7, 'ffffffff'), order(999_999_999_999_999)])
    expect(readOrder(writeOrder(one))).toEqual(one)
})

test.each([undefined, null, 7, '', '7', 'abc-7', '0a1b2c3d-', '0a1b2c3d--1', '0A1B2C3D-1', { series: '0a1b2c3d' }])(
  '%j is no order',
  (given) => expect(readOrder(given)).toBeNull(),
)

test('only of one run it is known which report came first', () => {
  expect(isMadeBefore(order(1), order(2))).toBe(true)
  expect(isMadeBefore(order(2), order(2))).toBe(false)
  expect(isMadeBefore(order(3), order(2))).toBe(false)
  expect(isMadeBefore(order(1), order(2, 'ffffffff'))).toBe(false)
  expect(isMadeBefore(null, order(2))).toBe(false)
  expect(isMadeBefore(order(1), null)).toBe(false)
})
