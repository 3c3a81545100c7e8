import { randomBytes, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeSecretKey } from './config/node.section.ts'

const SECRET_BYTES = 32
const tokenName = 'registration.token'

export interface DataDir {
  readonly path: string
  /** The full path of a file or folder in it. */
  file(...names: string[]): string
  /**
   * The 32 bytes that sign tokens and encrypt credentials: the configured ones, else made once, kept in `secret.key` and
   * the same after a restart.
   */
  secretKey(configured?: string): Promise<Buffer>
  /** What children must show to register: the configured token, else made once (`isNew` that time), kept in `registration.token`. */
  registrationToken(configured?: string): Promise<RegistrationToken>
}

export interface RegistrationToken {
  token: string
  isNew: boolean
}

/** The data folder cannot be used; the message says why and what to do. */
export class DataDirUnusable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'DataDirUnusable'
  }
}

/** Makes the data folder (0700) when it is not there and checks that this process may write in it. */
export async function openDataDir(path: string): Promise<DataDir> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new DataDirUnusable(
      `the data folder ${path} cannot be used (${code}): make it writable for this user or set data_dir`,
      error,
    )
  }
  const file = (...names: string[]) => join(path, ...names)
  return {
    path,
    file,
    async secretKey(configured) {
      const given = configured === undefined ? null : decodeSecretKey(configured)
      if (given) return given
      const { text } = await readOrCreate(file('secret.key'), () => randomBytes(SECRET_BYTES).toString('hex'))
      if (!/^[0-9a-f]{64}$/.test(text)) {
        throw new DataDirUnusable(
          `${file('secret.key')} is damaged: it must hold 64 hexadecimal digits; restore it from a backup`,
        )
      }
      return Buffer.from(text, 'hex')
    },
    async registrationToken(configured) {
      if (configured !== undefined) return { token: configured, isNew: false }
      const { text, isNew } = await readOrCreate(file(tokenName), () => randomBytes(24).toString('base64url'))
      return { token: text, isNew }
    },
  }
}

/** The token that an earlier start of a node has made in its data folder; null when none did. Makes nothing. */
export async function keptRegistrationToken(path: string): Promise<string | null> {
  return (await readIfThere(join(path, tokenName))) ?? null
}

/** Reads a small file, or makes it whole and durable (0600). Of several that make it at once one wins and all read that. */
async function readOrCreate(path: string, make: () => string): Promise<{ text: string; isNew: boolean }> {
  const existing = await readIfThere(path)
  if (existing !== undefined) return { text: existing, isNew: false }
  const draft = `${path}.${randomUUID()}.tmp`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(`${make()}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await link(draft, path).catch(ignoring('EEXIST'))
    await syncFolder(join(path, '..'))
  } finally {
    await rm(draft, { force: true })
  }
  return { text: (await readFile(path, 'utf8')).trim(), isNew: true }
}

async function readIfThere(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(ignoring('ENOENT'))
  return text?.trim()
}

function ignoring(code: string): (error: unknown) => undefined {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code !== code) throw error
    return undefined
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
