import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import PQueue from 'p-queue'
import { serviceUnavailable } from '../../contract/errors.ts'
import { type Argon2Cost, fromPhc, toPhc } from './phc.ts'

const cost: Argon2Cost = { memoryKib: 19_456, passes: 2, parallelism: 1 }
const saltBytes = 16
const hashBytes = 32
const concurrency = 2

const derive = promisify(argon2)

export interface Passwords {
  /** The stored form of a new password. */
  hash(password: string): Promise<string>
  /** Whether this is the password. With `null` (no such user) it takes as long and says no. */
  verify(password: string, stored: string | null): Promise<boolean>
}

/**
 * Passwords as argon2id. At most two are computed at once, so that logins cannot take the machine from the reports;
 * when too many wait, SERVICE_UNAVAILABLE is thrown.
 */
export function createPasswords({ maxWaiting = 64 }: { maxWaiting?: number } = {}): Passwords {
  const queue = new PQueue({ concurrency })
  const nobody = toPhc({ ...cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) })

  function queued(password: string, salt: Buffer, at: Argon2Cost, tagLength: number): Promise<Buffer> {
    if (queue.size >= maxWaiting) {
      throw serviceUnavailable('登录请求过多，请稍后重试', 'Too many logins at once: try again later', {
        headers: { 'Retry-After': '5' },
      })
    }
    const message = Buffer.from(password.normalize('NFC'), 'utf8')
    return queue.add(() =>
      derive('argon2id', {
        message,
        nonce: salt,
        parallelism: at.parallelism,
        tagLength,
        memory: at.memoryKib,
        passes: at.passes,
      }),
    )
  }

  return {
    async hash(password) {
      const salt = randomBytes(saltBytes)
      return toPhc({ ...cost, salt, hash: await queued(password, salt, cost, hashBytes) })
    },
    async verify(password, stored) {
      const expected = fromPhc(stored ?? nobody)
      const actual = await queued(password, expected.salt, expected, expected.hash.length)
      return timingSafeEqual(actual, expected.hash) && stored !== null
    },
  }
}
