import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { errorCode } from '../error-code.ts'
import { type Binaries, isComplete, listFiles } from './binaries.ts'

const prefix = 'program-'

/**
 * Puts the server's program into `home`, where the account it runs as can read it: `node_modules` may lie in a folder
 * that only root may enter, and its links are not made. Files are hard links where the disk allows it, else copies.
 * The folder appears whole or not at all; other versions are removed. The caller holds the lock of `home`.
 */
export function installBinaries(source: Binaries, home: string): string {
  const target = join(home, `${prefix}${source.version}`)
  const draft = `${target}.draft`
  if (!isComplete(source, target)) {
    rmSync(draft, { recursive: true, force: true })
    fill(source, draft)
    rmSync(target, { recursive: true, force: true })
    renameSync(draft, target)
  }
  for (const name of readdirSync(home)) {
    if (name.startsWith(prefix) && name !== basename(target)) rmSync(join(home, name), { recursive: true, force: true })
  }
  return target
}

function fill(source: Binaries, draft: string): void {
  makeFolder(draft)
  for (const { path } of listFiles(source.folder)) {
    makeFolder(dirname(join(draft, path)))
    place(join(source.folder, path), join(draft, path))
  }
  for (const { source: to, target: from } of source.links) {
    makeFolder(dirname(join(draft, from)))
    symlinkSync(relative(dirname(from), to), join(draft, from))
  }
}

function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path)
  // The umask of the node must not close the folder to the account of the server.
  chmodSync(path, 0o755)
}

function place(from: string, to: string): void {
  const wanted = /(^|\/)bin\//.test(from) ? 0o555 : 0o444
  const readableByAll = (statSync(from).mode & wanted) === wanted
  if (readableByAll && linked(from, to)) return
  copyFileSync(from, to, constants.COPYFILE_FICLONE)
  chmodSync(to, wanted | 0o200)
}

/** False where the two are on different disks, or the system forbids links to files of another owner. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (['EXDEV', 'EPERM', 'EACCES', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP'].includes(errorCode(error) ?? '')) return false
    throw error
  }
}
