import { hash } from 'node:crypto'

const prefix = 'cortex_ak_'
const randomBytesOfKey = 32
const shape = /^cortex_ak_[0-9a-f]{64}$/

/** A key out of 256 random bits, in the form people see it once. */
export function newApiKey(randomBytes: (size: number) => Buffer): string {
  return prefix + randomBytes(randomBytesOfKey).toString('hex')
}

/** How a key is stored: SHA-256, because it is random and needs no slow hash. `null` for what cannot be a key. */
export function apiKeyHash(key: string): string | null {
  return shape.test(key) ? hash('sha256', key, 'hex') : null
}
