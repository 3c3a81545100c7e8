import { expect, test } from 'vitest'
import { availability } from './availability.ts'

test.each<[string, Parameters<typeof availability>[0], number | null]>([
  ['online all the time', { fromMs: 0, toMs: 100, before: 'online', changes: [] }, 100],
  [
    'offline for a quarter',
    {
      fromMs: 0,
      toMs: 100,
      before: 'online',
      changes: [
        { atMs: 25, status: 'offline' },
        { atMs: 50, status: 'online' },
      ],
    },
    75,
  ],
  [
    'time out of reach does not count',
    { fromMs: 0, toMs: 100, before: 'online', changes: [{ atMs: 50, status: 'unreachable' }] },
    100,
  ],
  [
    'only the time since it was first heard counts',
    { fromMs: 0, toMs: 100, before: null, changes: [{ atMs: 90, status: 'online' }] },
    100,
  ],
  ['never heard', { fromMs: 0, toMs: 100, before: null, changes: [] }, null],
])('%s', (_name, span, expected) => expect(availability(span)).toBe(expected))
