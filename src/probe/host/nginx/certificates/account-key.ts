import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A new private key on P-256 as PEM. */
export const newPrivateKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** The key of this node's account at one authority: made once, 0600, the same for every later certificate. */
export async function accountKey(folder: string, directoryUrl: string): Promise<string> {
  const name = createHash('sha256').update(directoryUrl).digest('hex').slice(0, 16)
  const file = join(folder, `account-${name}.pem`)
  const existing = await readIfThere(file)
  if (existing !== null) return existing
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    const handle = await open(draft, 'wx', 0o600)
    try {
      await handle.writeFile(newPrivateKey())
      await handle.sync()
    } finally {
      await handle.close()
    }
    // Of several that make it at once one wins, and all read that.
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(file, 'utf8')
}

async function readIfThere(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}
