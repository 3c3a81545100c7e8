import { hkdfSync, randomUUID, webcrypto } from 'node:crypto'
import { SignJWT, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import { UserRole } from '../../contract/common.ts'

/** What a token says. `ver` is the user's token version: raised, it voids every token at once. */
const Claims = z.object({
  sub: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
  role: UserRole,
  ver: z.number().int(),
  jti: z.string(),
  exp: z.number().int(),
  /** When the person gave a password, in unix seconds; a refresh does not change it. */
  auth_time: z.number().int(),
})
export type TokenClaims = z.infer<typeof Claims>
export type VerifiedToken = { ok: true; claims: TokenClaims } | { ok: false; reason: 'expired' | 'invalid' }

/** What a token is good for: requests, or opening one socket. One cannot stand for the other. */
export type TokenUse = 'api' | 'socket'

export interface Tokens {
  /** Signs a token that ends after `lifeS` seconds. */
  sign(
    use: TokenUse,
    subject: { userId: number; role: UserRole; version: number; authTime: number },
    lifeS: number,
  ): Promise<string>
  verify(use: TokenUse, token: string): Promise<VerifiedToken>
}

const algorithm = 'HS256'
const issuer = 'cortex'
const maxTokenLength = 4_096

/** Tokens signed with a key derived from the node's secret: they survive a restart and are worth nothing elsewhere. */
export async function createTokens({ secretKey, clock }: { secretKey: Buffer; clock: () => number }): Promise<Tokens> {
  const bytes = hkdfSync('sha256', secretKey, Buffer.alloc(0), 'jwt', 32)
  const key = await webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])

  return {
    sign(use, { userId, role, version, authTime }, lifeS) {
      const now = Math.floor(clock() / 1000)
      return new SignJWT({ role, ver: version, auth_time: authTime })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .setSubject(String(userId))
        .setIssuer(issuer)
        .setAudience(use)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + lifeS)
        .sign(key)
    },

    async verify(use, token) {
      if (token.length > maxTokenLength) return { ok: false, reason: 'invalid' }
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [algorithm],
          issuer,
          audience: use,
          requiredClaims: ['sub', 'exp', 'jti'],
          currentDate: new Date(clock()),
        })
        const claims = Claims.safeParse(payload)
        return claims.success ? { ok: true, claims: claims.data } : { ok: false, reason: 'invalid' }
      } catch (error) {
        if (error instanceof errors.JWTExpired) return { ok: false, reason: 'expired' }
        if (error instanceof errors.JOSEError) return { ok: false, reason: 'invalid' }
        throw error
      }
    },
  }
}
