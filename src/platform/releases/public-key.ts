import { createPublicKey, type KeyObject } from 'node:crypto'

/** What stands before the 32 bytes of an ed25519 key in DER. */
const derPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const keyBytes = 32

/** An ed25519 public key from PEM, from base64 of its DER form, or from base64 of its 32 bytes; null when it is none. */
export function readPublicKey(text: string): KeyObject | null {
  try {
    const key = text.includes('-----BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: derOf(Buffer.from(text.trim(), 'base64')), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' ? key : null
  } catch {
    return null
  }
}

const derOf = (bytes: Buffer): Buffer => (bytes.length === keyBytes ? Buffer.concat([derPrefix, bytes]) : bytes)
