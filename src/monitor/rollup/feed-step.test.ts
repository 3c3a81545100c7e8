import { expect, test } from 'vitest'
import { type FeedPlace, type FeedStep, feedStep, marksAfter, offeredAfter } from './feed-step.ts'

const place = (extra: Partial<FeedPlace> = {}): FeedPlace => ({
  epoch: 'e',
  seq: 10,
  marks: ['m1', 'm2'],
  inSnapshot: false,
  ...extra,
})
const part = (fromSeq: number, toSeq: number, mark = 'm2', epoch = 'e', offered: string[] | null = null) => ({
  epoch,
  fromSeq,
  toSeq,
  mark,
  offered,
})

test.each<[string, FeedStep, FeedPlace | null, ReturnType<typeof part>]>([
  ['a first part from the beginning starts a snapshot', 'start', null, part(0, 5, '')],
  ['a first part from the middle is lost', 'lost', null, part(5, 7)],
  ['a new epoch from the beginning starts a snapshot', 'start', place(), part(0, 5, '', 'other')],
  ['a new epoch from the middle is lost', 'lost', place(), part(10, 12, 'm2', 'other')],
  ['what follows is next', 'next', place(), part(10, 12)],
  ['what follows on a lost answer is next', 'next', place(), part(7, 12, 'm1')],
  ['a repeat after a lost answer is one', 'repeat', place(), part(7, 10, 'm1')],
  [
    'what follows on the newest answer, whatever was offered, is next',
    'next',
    place(),
    part(10, 12, 'm2', 'e', ['m3']),
  ],
  ['what follows on a lost answer to who sends is next', 'next', place(), part(7, 12, 'm1', 'e', ['m2', 'm3'])],
  ['a repeat of who sent it is one', 'repeat', place(), part(7, 10, 'm1', 'e', ['m2'])],
  [
    'a part that was overtaken by a later one is a repeat',
    'repeat',
    place({ marks: ['m0', 'm1', 'm2'] }),
    part(7, 9, 'm0', 'e', ['m1']),
  ],
  ['the last part was sent by one who is forgotten', 'lost', place(), part(7, 12, 'm1', 'e', ['m3'])],
  ['the same when it claims nothing new', 'lost', place(), part(7, 10, 'm1', 'e', ['m3'])],
  ['an answer that was never given here: the child is older than what it sent', 'lost', place(), part(7, 12, 'm0')],
  ['the same when it claims nothing new', 'lost', place(), part(7, 8, 'm0')],
  ['a place that is not known here: this monitor is older than what it took', 'behind', place(), part(11, 12, 'm3')],
  ['a snapshot that was demanded starts', 'start', place({ seq: 0 }), part(0, 20, '')],
  ['a snapshot under way may start again', 'start', place({ inSnapshot: true }), part(0, 5, '')],
  ['a complete snapshot whose answer was lost goes on', 'next', place({ marks: ['', 'm1'] }), part(0, 12, '')],
])('%s: %s', (_guarantee, step, known, given) => expect(feedStep(known, given)).toBe(step))

test('the child may quote what it quoted last, and every answer since', () => {
  expect(marksAfter(['m1', 'm2', 'm3'], 'm2', ['m4'])).toEqual(['m2', 'm3', 'm4'])
  expect(marksAfter(['m1'], 'm1', ['m2'])).toEqual(['m1', 'm2'])
  expect(marksAfter(['m1', 'm2'], 'm1', ['m2', 'm3'])).toEqual(['m1', 'm2', 'm3'])
})

test('however many answers are lost, the list of marks stays short and holds the quoted and the newest', () => {
  let marks = ['m']
  for (let n = 0; n < 100; n++) marks = marksAfter(marks, 'm', [`n${n}`])
  expect(marks).toHaveLength(16)
  expect([marks[0], marks.at(-1)]).toEqual(['m', 'n99'])
})

test('of what was offered without an answer the first and the newest are kept, at most as many as a part may carry', () => {
  let offered: string[] = []
  for (let n = 0; n < 100; n++) offered = offeredAfter(offered, `n${n}`)
  expect(offered).toHaveLength(16)
  expect([offered[0], offered[1], offered.at(-1)]).toEqual(['n0', 'n85', 'n99'])
})
