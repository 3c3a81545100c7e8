import { expect, test } from 'vitest'
import { newPassword } from './new-password.ts'

test('every byte makes a letter, each of the 64 as likely as the others', () => {
  const bytes = (from: number) => (filled: Uint8Array) => filled.map((_, index) => from + index)
  expect(newPassword(bytes(0))).toBe('ABCDEFGHIJKLMNOPQRST')
  expect(newPassword(bytes(236))).toMatch(/^[\w-]{20}$/)
})
