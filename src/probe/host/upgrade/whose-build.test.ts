import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { readPublicKey } from '../../../platform/releases/public-key.ts'
import { whyNotTrusted } from './whose-build.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const bytes = Buffer.from('a package')
const sha256 = createHash('sha256').update(bytes).digest('hex')
const signature = sign(null, bytes, privateKey).toString('base64')
const wary = { publicKey, allowUnsigned: false }
const reasonOf = (
  announced: { sha256: string; signature: string | null },
  trust: Parameters<typeof whyNotTrusted>[3],
) => whyNotTrusted(bytes, announced, sha256, trust)?.details?.['reason'] ?? 'trusted'

test('only what has the checksum and a signature of the trusted key is looked into', () => {
  const other = sign(null, bytes, generateKeyPairSync('ed25519').privateKey).toString('base64')
  expect(reasonOf({ sha256, signature }, wary)).toBe('trusted')
  expect(reasonOf({ sha256: '0'.repeat(64), signature }, wary)).toBe('checksum')
  expect(reasonOf({ sha256, signature: other }, wary)).toBe('signature')
  expect(reasonOf({ sha256, signature: 'nonsense' }, wary)).toBe('signature')
  expect(reasonOf({ sha256, signature: null }, wary)).toBe('unsigned')
  expect(reasonOf({ sha256, signature }, { ...wary, publicKey: null })).toBe('no_public_key')
})

test('where unsigned builds are allowed a wrong signature still is one', () => {
  const lax = { publicKey, allowUnsigned: true }
  expect(reasonOf({ sha256, signature: null }, lax)).toBe('trusted')
  expect(reasonOf({ sha256, signature: 'AAAA' }, lax)).toBe('signature')
  expect(reasonOf({ sha256: '0'.repeat(64), signature: null }, lax)).toBe('checksum')
})

test('a key is read from PEM, DER and its 32 bytes, and no other kind of key is one', () => {
  const der = publicKey.export({ type: 'spki', format: 'der' })
  for (const text of [
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    der.toString('base64'),
    der.subarray(-32).toString('base64'),
  ]) {
    expect(readPublicKey(text)?.equals(publicKey)).toBe(true)
  }
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' })
  expect([readPublicKey(rsa.toString()), readPublicKey('AAAA'), readPublicKey('')]).toEqual([null, null, null])
})
