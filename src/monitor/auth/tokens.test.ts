import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { beforeEach, expect, test } from 'vitest'
import { type Tokens, createTokens } from './tokens.ts'

const secretKey = randomBytes(32)
const subject = { userId: 7, role: 'admin' as const, version: 3, authTime: 1_700_000_000 }
let now = 1_700_000_000_000
let tokens: Tokens
beforeEach(async () => {
  now = 1_700_000_000_000
  tokens = await createTokens({ secretKey, clock: () => now })
})

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claims = {
  sub: '7',
  role: 'admin',
  ver: 3,
  auth_time: 1_700_000_000,
  iss: 'cortex',
  aud: 'api',
  jti: 'x',
  exp: 1_700_001_800,
}

test('a token says who its user is until it ends', async () => {
  const token = await tokens.sign('api', subject, 1800)
  expect(await tokens.verify('api', token)).toMatchObject({
    ok: true,
    claims: { sub: 7, role: 'admin', ver: 3, auth_time: 1_700_000_000 },
  })
  now += 1_801_000
  expect(await tokens.verify('api', token)).toEqual({ ok: false, reason: 'expired' })
})

test('a token is good on the node that signed it, also after a restart, and nowhere else', async () => {
  const token = await tokens.sign('api', subject, 1800)
  const restarted = await createTokens({ secretKey, clock: () => now })
  const elsewhere = await createTokens({ secretKey: randomBytes(32), clock: () => now })
  expect(await restarted.verify('api', token)).toMatchObject({ ok: true })
  expect(await elsewhere.verify('api', token)).toEqual({ ok: false, reason: 'invalid' })
})

test('a socket ticket is no login token, and the other way round', async () => {
  expect(await tokens.verify('api', await tokens.sign('socket', subject, 30))).toEqual({ ok: false, reason: 'invalid' })
  expect(await tokens.verify('socket', await tokens.sign('api', subject, 30))).toEqual({ ok: false, reason: 'invalid' })
})

test('no other algorithm is accepted, whatever the header says', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const signedBody = `${encode({ alg: 'HS256' })}.${encode(claims)}`
  const forged = [
    `${encode({ alg: 'none' })}.${encode(claims)}.`,
    `${encode({ alg: 'None', typ: 'JWT' })}.${encode(claims)}.`,
    await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
    await new SignJWT(claims).setProtectedHeader({ alg: 'HS512' }).sign(randomBytes(64)),
    `${signedBody}.${createHmac('sha256', '').update(signedBody).digest('base64url')}`,
    // The node's secret itself is not the signing key.
    `${signedBody}.${createHmac('sha256', secretKey).update(signedBody).digest('base64url')}`,
    `${signedBody}.`,
  ]
  for (const token of forged) expect(await tokens.verify('api', token)).toEqual({ ok: false, reason: 'invalid' })
})

test.each(['', '.', '..', 'a.b.c', 'x'.repeat(10_000), `${encode({ alg: 'HS256' })}.e30.e30`])(
  'garbage is refused: %.20s',
  async (token) => {
    expect(await tokens.verify('api', token)).toEqual({ ok: false, reason: 'invalid' })
  },
)

test('a token whose claims were changed is refused', async () => {
  const [head, body = '', seal] = (await tokens.sign('api', { ...subject, role: 'admin' }, 1800)).split('.')
  const changed = encode({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), sub: '1' })
  expect(await tokens.verify('api', `${head}.${changed}.${seal}`)).toEqual({ ok: false, reason: 'invalid' })
})
