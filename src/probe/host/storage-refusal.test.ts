import { expect, test } from 'vitest'
import { forbidden } from '../../contract/errors.ts'
import { storageRefusal } from './storage-refusal.ts'

const failed = (more: object) => Object.assign(new Error('failed'), more)

test.each([{ errcode: 13 }, { errcode: 10 | (3 << 8) }, { code: 'ENOSPC', syscall: 'write' }, { code: 'EDQUOT' }])(
  '%j is the disk: 507',
  (more) => expect(storageRefusal(failed(more))).toMatchObject({ status: 507, code: 'INSUFFICIENT_STORAGE' }),
)

test.each([{ errcode: 5 }, { code: 'ENOENT' }, {}])('%j is not', (more) =>
  expect(storageRefusal(failed(more))).toBeNull(),
)

test('what is an answer already stays it', () => {
  expect(storageRefusal(Object.assign(forbidden('不', 'no'), { errcode: 13 }))).toBeNull()
  expect(storageRefusal('full')).toBeNull()
})
