/** The cost of an argon2id hash (OWASP: 19 MiB, two passes, one lane). */
export interface Argon2Cost {
  memoryKib: number
  passes: number
  parallelism: number
}
export interface Argon2Hash extends Argon2Cost {
  salt: Buffer
  hash: Buffer
}

/** Stored costs above these were not written by us: they would let one login exhaust the machine. */
const most: Argon2Cost = { memoryKib: 262_144, passes: 16, parallelism: 8 }

/** The stored form: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export function toPhc({ memoryKib, passes, parallelism, salt, hash }: Argon2Hash): string {
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`
}

/** Reads the stored form; throws on anything else, because a damaged hash must not look like a wrong password. */
export function fromPhc(text: string): Argon2Hash {
  const parts =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/.exec(text)
  if (!parts) throw new Error('a stored password hash is not in PHC form')
  const cost = { memoryKib: Number(parts[1]), passes: Number(parts[2]), parallelism: Number(parts[3]) }
  if (cost.memoryKib > most.memoryKib || cost.passes > most.passes || cost.parallelism > most.parallelism) {
    throw new Error('a stored password hash asks for more than we ever write')
  }
  return { ...cost, salt: Buffer.from(parts[4] ?? '', 'base64'), hash: Buffer.from(parts[5] ?? '', 'base64') }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
