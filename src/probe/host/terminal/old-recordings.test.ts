import { expect, test } from 'vitest'
import { oldRecordings, recordingName } from './old-recordings.ts'

const dayMs = 86_400_000
const now = Date.UTC(2026, 5, 15, 12)
const aged = (days: number) => recordingName(now - days * dayMs, `s${days}`)

test('what is too old goes, and of the rest the oldest beyond the number that is kept', () => {
  const names = [aged(1), aged(40), aged(3), aged(2), aged(31)]
  const limits = { nowMs: now, keepMs: 30 * dayMs }
  expect(oldRecordings(names, { ...limits, maxFiles: 10 })).toEqual([aged(40), aged(31)])
  expect(oldRecordings(names, { ...limits, maxFiles: 2 })).toEqual([aged(40), aged(31), aged(3)])
  expect(oldRecordings(names, { ...limits, maxFiles: 0 })).toHaveLength(5)
})

test('files that are no recordings stay', () => {
  const others = ['notes.txt', 'old.cast', '2020-01-01T00-00-00-000Z-x.cast.bak', '9999-99-99T00-00-00-000Z-x.cast']
  expect(oldRecordings(others, { nowMs: now, keepMs: 1, maxFiles: 0 })).toEqual([])
})
