import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSecretBox } from './secret-box.ts'

const secretKey = randomBytes(32)
const boxOf = (key = secretKey, purpose = 'test') => createSecretBox({ secretKey: key, purpose, randomBytes })

test('what was sealed opens with the same key, also in another process, and shows nothing of itself', () => {
  const sealed = boxOf().seal('пароль 密码', 'row-1')
  expect(boxOf().open(sealed, 'row-1')).toBe('пароль 密码')
  expect(Buffer.from(sealed.slice(3), 'base64url').toString('utf8')).not.toContain('密码')
})

test('the same text sealed twice looks different', () => {
  expect(boxOf().seal('x', 'row-1')).not.toBe(boxOf().seal('x', 'row-1'))
})

test('another key, another purpose, another place, or a changed byte: it does not open, and nothing is thrown', () => {
  const sealed = boxOf().seal('secret', 'row-1')
  const bytes = Buffer.from(sealed.slice(3), 'base64url')
  bytes[bytes.length - 1]! ^= 1
  for (const opened of [
    boxOf(randomBytes(32)).open(sealed, 'row-1'),
    boxOf(secretKey, 'other').open(sealed, 'row-1'),
    boxOf().open(sealed, 'row-2'),
    boxOf().open(`v1.${bytes.toString('base64url')}`, 'row-1'),
    boxOf().open('v1.', 'row-1'),
    boxOf().open('', 'row-1'),
    boxOf().open(sealed.replace('v1', 'v9'), 'row-1'),
  ]) {
    expect(opened).toBeNull()
  }
})
