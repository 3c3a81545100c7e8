import { expect, test } from 'vitest'
import { mergeNewest, mergeOlder, type Place } from './endless-rows.ts'

const row = (id: number, minute = id): Place => ({ id, at: new Date(minute * 60_000).toISOString() })
const rows = (...ids: number[]) => ids.map((id) => row(id))
const ids = (list: readonly Place[]) => list.map(({ id }) => id)
const own = (place: Place) => place

test('new rows come before, and what was pushed out of the newest page stays known', () => {
  const known = rows(5, 4, 3, 2, 1)
  expect(ids(mergeNewest(known, { rows: rows(7, 6, 5), total: 7 }, own))).toEqual([7, 6, 5, 4, 3, 2, 1])
})

test('a row that is no longer in the newest page, among its rows, is gone', () => {
  expect(ids(mergeNewest(rows(5, 4, 3, 2), { rows: rows(5, 3), total: 9 }, own))).toEqual([5, 3, 2])
})

test('when more came than a page holds nothing is shown with a hole in it', () => {
  expect(ids(mergeNewest(rows(3, 2, 1), { rows: rows(9, 8, 7), total: 9 }, own))).toEqual([9, 8, 7])
})

test('a page that is the whole list is the whole list', () => {
  expect(mergeNewest(rows(3, 2, 1), { rows: [], total: 0 }, own)).toEqual([])
  expect(ids(mergeNewest(rows(3, 2, 1), { rows: rows(2), total: 1 }, own))).toEqual([2])
})

test('an older page that overlaps what is known repeats nothing', () => {
  expect(ids(mergeOlder(rows(5, 4, 3), rows(4, 3, 2, 1), own))).toEqual([5, 4, 3, 2, 1])
})

test('rows of one moment are told apart by their number', () => {
  const known = [row(3, 1), row(2, 1), row(1, 1)]
  expect(ids(mergeNewest(known, { rows: [row(3, 1), row(2, 1)], total: 3 }, own))).toEqual([3, 2, 1])
})
