import { expect, test } from 'vitest'
import { chooseApiVersion } from './api-version.ts'

test.each([
  ['an older engine is spoken to in its own version', '1.41', '1.12', '1.41'],
  ['minor numbers are numbers', '1.9', '1.1', '1.9'],
  ['a newer engine that still knows ours', '1.52', '1.44', '1.47'],
  ['an engine that has forgotten ours', '1.60', '1.50', '1.50'],
  ['an engine that says nonsense', '../..', 'x', '1.47'],
])('%s', (_name, ApiVersion, MinAPIVersion, expected) => {
  expect(chooseApiVersion({ ApiVersion, MinAPIVersion })).toBe(expected)
})
