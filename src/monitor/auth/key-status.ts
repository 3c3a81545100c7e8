export type KeyStatus = 'active' | 'expired' | 'revoked'

/** Whether a key is good at `now`; revoked says more than expired. */
export function keyStatus(key: { expiresAt: Date | null; revokedAt: Date | null }, now: number): KeyStatus {
  if (key.revokedAt) return 'revoked'
  return key.expiresAt && key.expiresAt.getTime() <= now ? 'expired' : 'active'
}
