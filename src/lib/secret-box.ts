import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

export interface SecretBox {
  /** Encrypts a text; it opens again only with the same `boundTo`, so that it cannot be moved to another place. */
  seal(text: string, boundTo: string): string
  /** The text, or null when it was sealed with another key, for another place, or is damaged. */
  open(sealed: string, boundTo: string): string | null
}

const version = 'v1'
const ivBytes = 12
const tagBytes = 16

/** Encrypts small texts for keeping: AES-256-GCM with a key derived from the node's secret for this purpose alone. */
export function createSecretBox(parts: {
  secretKey: Uint8Array
  purpose: string
  randomBytes: (size: number) => Uint8Array
}): SecretBox {
  const { secretKey, purpose, randomBytes } = parts
  const key = new Uint8Array(hkdfSync('sha256', secretKey, new Uint8Array(0), purpose, 32))

  return {
    seal(text, boundTo) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      cipher.setAAD(Buffer.from(boundTo))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return `${version}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open(sealed, boundTo) {
      const [kind, text] = sealed.split('.')
      const bytes = Buffer.from(text ?? '', 'base64url')
      if (kind !== version || bytes.length < ivBytes + tagBytes) return null
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(boundTo))
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}
