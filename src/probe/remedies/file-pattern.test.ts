import { expect, test } from 'vitest'
import { fitsPattern } from './file-pattern.ts'

test.each([
  ['app.log', '*.log', true],
  ['app.log.1', '*.log', false],
  ['app.log', '*', true],
  ['a.log', '?.log', true],
  ['ab.log', '?.log', false],
  ['axlog', 'a.log', false],
  ['a(1).tmp', 'a(?).tmp', true],
  ['core.12', 'core.*', true],
])('%s fits %s: %s', (name, pattern, fits) => expect(fitsPattern(name, pattern)).toBe(fits))
