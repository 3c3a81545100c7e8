import { expect, test } from 'vitest'
import { beliefOf, type LastNotice } from './belief.ts'

const last = (change: Partial<LastNotice>): LastNotice => ({
  kind: 'firing',
  severity: 'high',
  toldAtMs: 7,
  confirmed: false,
  delivery: 'sent',
  ...change,
})
const fires = { state: 'firing', severity: 'high', toldAtMs: 7 }

test.each([
  ['nothing was told', null, { state: 'quiet' }],
  ['it arrived', last({}), { ...fires, reached: true, stale: false, guessed: false }],
  [
    'it arrived so long ago that the outbox has forgotten it',
    last({ delivery: null }),
    { ...fires, reached: true, stale: false, guessed: false },
  ],
  ['it waits', last({ delivery: 'pending' }), { state: 'undelivered' }],
  ['it is being sent', last({ delivery: 'sending' }), { state: 'undelivered' }],
  [
    'it could not be delivered',
    last({ delivery: 'failed' }),
    { ...fires, reached: false, stale: false, guessed: false },
  ],
  [
    'the repeat of one that arrived could not be',
    last({ kind: 'repeat', delivery: 'failed', confirmed: true }),
    { ...fires, reached: true, stale: false, guessed: false },
  ],
  ['it was dropped', last({ delivery: 'dropped' }), { state: 'quiet' }],
  [
    'the repeat of one that arrived was dropped',
    last({ kind: 'repeat', delivery: 'dropped', confirmed: true }),
    { ...fires, reached: true, stale: true, guessed: true },
  ],
  ['the recovery arrived', last({ kind: 'resolved', confirmed: true }), { state: 'quiet' }],
  [
    'the recovery could not be delivered',
    last({ kind: 'resolved', confirmed: true, delivery: 'failed' }),
    { state: 'quiet' },
  ],
  [
    'the recovery was dropped, for it fires again',
    last({ kind: 'resolved', confirmed: true, delivery: 'dropped' }),
    { ...fires, reached: true, stale: false, guessed: true },
  ],
])('what is believed when %s', (_what, given, expected) => {
  expect(beliefOf(given)).toEqual(expected)
})
