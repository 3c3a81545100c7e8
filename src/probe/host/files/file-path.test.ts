import { expect, test } from 'vitest'
import { isWithin, linkedNames, parsePath, shownPath } from './file-path.ts'

test.each([
  ['/srv/www', '/srv/www'],
  ['//srv///www/', '/srv/www'],
  ['/', '/'],
  ['/srv/ a b ', '/srv/ a b '],
  ['/srv/...', '/srv/...'],
  ['/srv/caf\\xe9', '/srv/caf\\xe9'],
])('%s is the path %s', (text, shown) => expect(shownPath(parsePath(text))).toBe(shown))

test.each([
  ['relative', 'srv/www'],
  ['empty', ''],
  ['upwards', '/srv/../etc'],
  ['upwards at the end', '/srv/..'],
  ['with a dot', '/srv/./www'],
  ['upwards by escapes', '/srv/\\x2e\\x2e/etc'],
  ['with a slash by an escape', '/srv/..\\x2f..'],
  ['with a NUL', '/srv/a\0b'],
  ['with a name of 256 bytes', `/srv/${'x'.repeat(256)}`],
  ['with a name of 86 Chinese characters', `/srv/${'字'.repeat(86)}`],
])('a path that is %s is refused', (_name, text) => {
  expect(() => parsePath(text)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST', status: 400 }))
})

test.each([
  ['beside', 'b', '/srv/b'],
  ['upwards', '../etc', '/etc'],
  ['upwards beyond the top', '../../../../etc', '/etc'],
  ['absolute', '/var//log/', '/var/log'],
  ['to its own folder', '.', '/srv'],
])('a link that leads %s', (_name, target, shown) => {
  expect(shownPath(linkedNames(parsePath('/srv/link'), Buffer.from(target)))).toBe(shown)
})

test.each([
  ['/srv', '/srv', true],
  ['/srv/a', '/srv', true],
  ['/srvx', '/srv', false],
  ['/SRV/a', '/srv', false],
  ['/', '/srv', false],
  ['/srv', '/', true],
])('%s within %s: %s', (path, folder, within) => expect(isWithin(parsePath(path), parsePath(folder))).toBe(within))
