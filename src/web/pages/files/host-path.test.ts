import { expect, test } from 'vitest'
import { crumbsOf, folderOf, joined, nameOf, rootOf, whyNoName } from './host-path.ts'

const roots = [
  { path: '/srv', writable: true },
  { path: '/srv/logs', writable: false },
]

test('the nearest root decides whether one may write', () => {
  expect(rootOf('/srv/www/a', roots)?.writable).toBe(true)
  expect(rootOf('/srv/logs/x', roots)?.writable).toBe(false)
  expect(rootOf('/srv2', roots)).toBeNull()
  expect(rootOf('/etc', [{ path: '/', writable: true }])?.path).toBe('/')
})

test('the way goes from the outermost root to the folder', () => {
  expect(crumbsOf('/srv/logs/web', roots).map(({ path }) => path)).toEqual(['/srv', '/srv/logs', '/srv/logs/web'])
  expect(crumbsOf('/etc/nginx', [{ path: '/', writable: true }]).map(({ path }) => path)).toEqual([
    '/',
    '/etc',
    '/etc/nginx',
  ])
  expect(crumbsOf('/elsewhere', roots)).toEqual([{ name: '/elsewhere', path: '/elsewhere' }])
})

test('paths are put together and taken apart, at the top too', () => {
  expect([joined('/', 'a'), joined('/a', 'b'), nameOf('/a/b'), folderOf('/a/b'), folderOf('/a')]).toEqual([
    '/a',
    '/a/b',
    'b',
    '/a',
    '/',
  ])
})

test.each([
  ['a b', null],
  ['', 'empty'],
  ['  ', 'empty'],
  ['a/b', 'slash'],
  ['..', 'dots'],
])('the name %j: %s', (name, why) => {
  expect(whyNoName(name)).toBe(why)
})
