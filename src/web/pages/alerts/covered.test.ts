import { expect, test } from 'vitest'
import { fits } from './covered.ts'

const alert = { type: 'disk_full', subject: '/var/lib (a+b)', severity: 'high', level: 'L3' } as const

test.each([
  [{}, true],
  [{ type: 'disk_*' }, true],
  [{ type: 'disk?full', subject: '/var/**' }, true],
  [{ subject: '/var/lib (a+b)' }, true],
  [{ type: 'disk' }, false],
  [{ type: 'disk_.*' }, false],
  [{ severity: 'high', level: 'L3' } as const, true],
  [{ severity: 'low' } as const, false],
])('%j fits: %s', (matchers, expected) => {
  expect(fits(matchers, alert)).toBe(expected)
})
