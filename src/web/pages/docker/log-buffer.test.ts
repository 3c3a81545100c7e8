import { expect, test } from 'vitest'
import { createLogBuffer } from './log-buffer.ts'

const at = (n: number) => `2026-01-01T00:00:0${n}.000000000Z`
const texts = (buffer: ReturnType<typeof createLogBuffer>) => buffer.lines().map(({ text }) => text)

test('lines that arrive in pieces are put together, with the stamp apart', () => {
  const buffer = createLogBuffer({ maxLines: 10 })
  buffer.add(`${at(1)} he`)
  expect(texts(buffer)).toEqual([])
  buffer.add(`llo\n${at(2)} you\r\nno stamp\n`)
  expect(buffer.lines()).toEqual([
    { seq: 1, at: at(1), text: 'hello' },
    { seq: 2, at: at(2), text: 'you' },
    { seq: 3, at: null, text: 'no stamp' },
  ])
})

test('only the newest lines are kept, and all are counted', () => {
  const buffer = createLogBuffer({ maxLines: 2 })
  buffer.add('a\nb\nc\n')
  expect(texts(buffer)).toEqual(['b', 'c'])
  expect(buffer.count()).toBe(3)
})

test('after a break the lines that come again are shown once', () => {
  const buffer = createLogBuffer({ maxLines: 10 })
  buffer.add(`${at(1)} a\n${at(2)} b\n${at(3)} half of c`)
  expect(buffer.resume()).toBe(at(2))
  buffer.add(`${at(2)} b\n${at(3)} half of c and the rest\n`)
  expect(texts(buffer)).toEqual(['a', 'b', 'half of c and the rest'])
})

test('colours of a terminal are left out, and HTML stays text', () => {
  const buffer = createLogBuffer({ maxLines: 10 })
  buffer.add('\u001b[31mred\u001b[0m <img onerror=x>\n')
  buffer.add('the last')
  buffer.end()
  buffer.end()
  expect(texts(buffer)).toEqual(['red <img onerror=x>', 'the last'])
})

test('an array once handed out never changes', () => {
  const buffer = createLogBuffer({ maxLines: 10 })
  buffer.add('a\n')
  const before = buffer.lines()
  buffer.add('b\n')
  expect(before.length).toBe(1)
})
