import { expect, test } from 'vitest'
import { keyStatus } from './key-status.ts'

const at = (ms: number) => new Date(ms)

test.each([
  [{ expiresAt: null, revokedAt: null }, 'active'],
  [{ expiresAt: at(1_001), revokedAt: null }, 'active'],
  [{ expiresAt: at(1_000), revokedAt: null }, 'expired'],
  [{ expiresAt: null, revokedAt: at(5) }, 'revoked'],
  [{ expiresAt: at(1), revokedAt: at(5) }, 'revoked'],
])('%j is %s', (key, status) => {
  expect(keyStatus(key, 1_000)).toBe(status)
})
