import { expect, test } from 'vitest'
import { createJobProgress } from './job-progress.ts'

const progress = (maxLines = 3) => createJobProgress({ clock: () => 0, maxLines, maxLineChars: 5 })

test('only the newest lines are kept, cut to their width, and what is gone is counted', () => {
  const kept = progress()
  for (let n = 1; n <= 10; n += 1) kept.say(`line number ${n}`)
  expect(kept.lines().map(({ seq, line }) => [seq, line])).toEqual([
    [8, 'line '],
    [9, 'line '],
    [10, 'line '],
  ])
  expect(kept.dropped()).toBe(7)
})

test('a text of several lines counts as that many; carriage returns of a progress bar end a line', () => {
  const kept = progress()
  kept.say('a\nb\r\n\n10%\r20%\n')
  expect(kept.lines().map(({ line }) => line)).toEqual(['b', '10%', '20%'])
})

test('who comes back gets only what it has not seen', () => {
  const kept = progress()
  kept.say('a\nb\nc')
  expect(kept.after(2).map(({ line }) => line)).toEqual(['c'])
  expect(kept.after(3)).toEqual([])
})
