import { expect, test } from 'vitest'
import { notFound } from '../../../contract/errors.ts'
import { asRefusal } from './os-refusal.ts'

test.each([
  ['ENOENT', 404],
  ['EACCES', 403],
  ['EPERM', 403],
  ['EROFS', 403],
  ['ENOSPC', 507],
  ['EDQUOT', 507],
  ['EEXIST', 409],
  ['ENOTEMPTY', 409],
  ['EBUSY', 409],
  ['EXDEV', 409],
  ['ENOTDIR', 400],
  ['ENAMETOOLONG', 400],
  ['EMFILE', 503],
  ['EIO', 503],
])('%s of the operating system is answered with %i and names the path', (code, status) => {
  const refusal = asRefusal(Object.assign(new Error(code), { code }), '/srv/a')
  expect(refusal).toMatchObject({ status, details: { errno: code, path: '/srv/a' } })
})

test('an error that has its answer already, and one that is no refusal, stay what they are', () => {
  const known = notFound('没有', 'none')
  const fault = new TypeError('a bug')
  expect([asRefusal(known, '/a'), asRefusal(fault, '/a')]).toEqual([known, fault])
})
