import { expect, test } from 'vitest'
import type { RuleType } from '../../contract/alert-rules.ts'
import { checkTerms, type GivenTerms, recoveryOf } from './rule-terms.ts'

const given = (type: RuleType, more: Partial<GivenTerms> = {}): GivenTerms => ({
  type,
  threshold: undefined,
  recoveryThreshold: null,
  target: null,
  ...more,
})

test.each<[string, GivenTerms, string]>([
  ['percent above 100', given('cpu', { threshold: 101 }), 'threshold'],
  ['no threshold where there is no sensible one', given('memory'), 'threshold'],
  ['a process count of zero', given('process', { threshold: 0, target: 'nginx' }), 'threshold'],
  ['half a container', given('container', { threshold: 1.5, target: 'web' }), 'threshold'],
  ['a recovery above what is wrong', given('cpu', { threshold: 80, recoveryThreshold: 81 }), 'recovery_threshold'],
  [
    'a recovery below what is wrong',
    given('certificate', { target: 'www.example.com', recoveryThreshold: 29 }),
    'recovery_threshold',
  ],
  ['a target that nothing asks for', given('cpu', { threshold: 80, target: 'nginx' }), 'target'],
  ['a process without a name', given('process'), 'target'],
  ['a process by its path', given('process', { target: '/usr/sbin/nginx' }), 'target'],
  ['a container that would leave its place in a URL', given('container', { target: '../x' }), 'target'],
  ['a certificate of no host name', given('certificate', { target: 'localhost' }), 'target'],
])('refused, with the name of the field: %s', (_what, terms, field) => {
  expect(checkTerms(terms)).toMatchObject({ wrong: { field } })
})

test.each<[GivenTerms, number, string | null]>([
  [given('cpu', { threshold: 80 }), 80, null],
  [given('status'), 0, null],
  [given('process', { target: 'nginx' }), 1, 'nginx'],
  [given('container', { target: 'web-1' }), 1, 'web-1'],
  [given('certificate', { target: 'WWW.Example.com' }), 30, 'www.example.com'],
])('%j is kept with threshold %d and target %s', (terms, threshold, target) => {
  expect(checkTerms(terms)).toMatchObject({ terms: { threshold, target } })
})

test('without a word about it, a figure has to fall 5 % below its threshold, a count only has to reach it', () => {
  expect(recoveryOf({ type: 'cpu', threshold: 80, recoveryThreshold: null })).toBe(76)
  expect(recoveryOf({ type: 'process', threshold: 2, recoveryThreshold: null })).toBe(2)
  expect(recoveryOf({ type: 'cpu', threshold: 80, recoveryThreshold: 50 })).toBe(50)
})
