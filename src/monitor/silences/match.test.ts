import { expect, test } from 'vitest'
import type { AlertMatchers } from '../../contract/silences.ts'
import { covers, type MatchedAlert } from './match.ts'

const alert: MatchedAlert = {
  type: 'disk_full',
  subject: '/var/log',
  severity: 'high',
  level: 'L3',
  path: ['root', 'eu', 'eu-west', 'db-3'],
}

test.each([
  ['nothing named', null, {}, true],
  ['the node', 'db-3', {}, true],
  ['a monitor above it', 'eu', {}, true],
  ['another subtree', 'us', {}, false],
  ['a name that only begins alike', 'db', {}, false],
  ['its type', null, { type: 'disk_full' }, true],
  ['a glob of its type', null, { type: 'disk_*' }, true],
  ['another type', null, { type: 'cpu' }, false],
  ['a glob of its subject', null, { subject: '/var/*' }, true],
  ['its severity', null, { severity: 'high' }, true],
  ['another severity', null, { severity: 'critical' }, false],
  ['another level', null, { level: 'L2' }, false],
  ['everything that fits but one thing', 'eu', { type: 'disk_full', subject: '/home' }, false],
] as Array<[string, string | null, AlertMatchers, boolean]>)('%s: %#', (_what, scope, matchers, expected) => {
  expect(covers({ scope, matchers }, alert)).toBe(expected)
})
