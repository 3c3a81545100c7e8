import { expect, test } from 'vitest'
import { preferredWaitMs } from './prefer.ts'

test.each([
  ['wait=0', 0],
  ['respond-async, wait=10', 10_000],
  ['Wait = "3"; x=1', 3000],
  ['wait=-1', undefined],
  ['wait=abc', undefined],
  ['await=5', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j asks to wait %s ms', (header, ms) => expect(preferredWaitMs(header)).toBe(ms))
