import { closeSync, fchmodSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { internalError } from '../../contract/errors.ts'
import { type Identity, type IdentityKeeper, newIdentity, parseIdentity } from './identity.ts'

/**
 * Opens `<dataDir>/identity.json`, or makes it with `makeUid` at the first start. A file that cannot be understood is an
 * error, never replaced: a new node_uid would make this node a stranger to its parent.
 */
export function openIdentityFile({ dataDir, makeUid }: { dataDir: string; makeUid: () => string }): IdentityKeeper {
  const path = join(dataDir, 'identity.json')
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const write = (next: Identity) => {
    replaceFile(dataDir, path, `${JSON.stringify(next, null, 2)}\n`)
    identity = next
  }
  const existing = load(path)
  let identity = existing ?? newIdentity(makeUid())
  if (!existing) write(identity)
  return { read: () => identity, write: async (next) => write(next) }
}

function load(path: string): Identity | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return parseIdentity(text)
  } catch (error) {
    throw internalError('身份文件已损坏', 'The identity file is damaged', {
      internal: `${path} is damaged: ${(error as Error).message}. Restore it from a backup, or remove it and join the parent again`,
      cause: error,
    })
  }
}

/** Readers see the old text or the new one, also after a power cut. */
function replaceFile(folder: string, path: string, text: string): void {
  const draft = `${path}.tmp`
  const file = openSync(draft, 'w', 0o600)
  try {
    fchmodSync(file, 0o600)
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
  const directory = openSync(folder, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
