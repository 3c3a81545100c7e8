import { type KeyObject, verify } from 'node:crypto'
import type { AppError } from '../../../contract/errors.ts'
import { noPublicKey, unsigned, wrongChecksum, wrongSignature } from './upgrade-errors.ts'

/** Whom this node trusts. */
export interface Trust {
  publicKey: KeyObject | null
  allowUnsigned: boolean
}

/**
 * Why these bytes must not be looked into any further; null when they are the announced ones and signed by whom this node
 * trusts. A signature that is there must be right, also where none is needed.
 */
export function whyNotTrusted(
  bytes: Uint8Array,
  announced: { sha256: string; signature: string | null },
  actualSha256: string,
  { publicKey, allowUnsigned }: Trust,
): AppError | null {
  if (actualSha256 !== announced.sha256) return wrongChecksum(announced.sha256, actualSha256)
  if (publicKey === null) return allowUnsigned ? null : noPublicKey()
  if (announced.signature === null) return allowUnsigned ? null : unsigned()
  return verify(null, bytes, publicKey, Buffer.from(announced.signature, 'base64')) ? null : wrongSignature()
}
