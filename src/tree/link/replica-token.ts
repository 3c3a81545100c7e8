import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** How long a token is good for; the clocks of the hosts may differ by as much. */
const validMs = 60_000
const maxTokenChars = 256
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What one process of a monitor shows another one to link with it. */
export interface ReplicaTokens {
  /** From this process to that one, at this moment. */
  issue(to: string, nowMs: number): string
  /** The id of the process that shows it, or null: for another process, too old, from the future, or made with another key. */
  check(token: string, nowMs: number): string | null
}

/** Tokens of processes that share a secret; the key is good for nothing else. `ownId`: the UUID of this process. */
export function createReplicaTokens({ secretKey, ownId }: { secretKey: Uint8Array; ownId: string }): ReplicaTokens {
  const key = new Uint8Array(hkdfSync('sha256', secretKey, new Uint8Array(0), 'links between processes', 32))
  const seal = (text: string) => createHmac('sha256', key).update(text).digest('base64url')
  return {
    issue(to, nowMs) {
      const text = `v1.${ownId}.${to}.${nowMs}`
      return `${text}.${seal(text)}`
    },
    check(token, nowMs) {
      if (token.length > maxTokenChars) return null
      const [version, from = '', to, at = '', mac = '', ...rest] = token.split('.')
      if (version !== 'v1' || to !== ownId || from === ownId || !uuid.test(from) || rest.length > 0) return null
      if (!/^\d{1,15}$/.test(at) || Math.abs(nowMs - Number(at)) > validMs) return null
      const expected = Buffer.from(seal(`v1.${from}.${to}.${at}`))
      const given = Buffer.from(mac)
      return given.length === expected.length && timingSafeEqual(given, expected) ? from : null
    },
  }
}
