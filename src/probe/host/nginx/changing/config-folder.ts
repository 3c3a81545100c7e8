import { randomUUID } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, mkdir, open, readdir, readlink, rename, rm, rmdir, symlink, type FileHandle } from 'node:fs/promises'
import { conflict } from '../../../../contract/errors.ts'
import { outsideOfFolder } from '../nginx.errors.ts'
import { type FileState, MAX_FILE_BYTES, type Ownership } from './file-state.ts'

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** nginx's configuration folder. Names are relative to it, as `sites-available/shop`; links are never followed. */
export interface ConfigFolder {
  path: string
  /** What stands there now. */
  state(name: string): Promise<FileState>
  /** Makes it so, atomically and durably; owner and mode of a replaced file stay. Folders on the way are made. */
  put(name: string, state: FileState): Promise<void>
  /** The plain names in a folder; none when there is no such folder. Names that begin with a dot are left out. */
  names(name: string): Promise<string[]>
  /** Removes a folder that is empty; rejects with ENOTEMPTY when it is not. */
  removeFolder(name: string): Promise<void>
}

/**
 * `path` is a real path (see realpath). Node has no `openat`: each folder on the way is opened by itself, without following
 * links, and the next name is looked up below `/proc/self/fd/<n>`, so that a folder swapped for a link meanwhile leads
 * nowhere else. Throws FORBIDDEN where a link is on the way.
 */
export function openConfigFolder(path: string): ConfigFolder {
  async function inParent<T>(
    name: string,
    create: boolean,
    work: (file: string, folder: FileHandle) => Promise<T>,
  ): Promise<T> {
    const parts = name.split('/')
    if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0')))
      throw outsideOfFolder(name)
    let folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
    try {
      for (const part of parts.slice(0, -1)) {
        const next = await enter(`/proc/self/fd/${folder.fd}/${part}`, `${path}/${name}`, create)
        await folder.close()
        folder = next
      }
      return await work(`/proc/self/fd/${folder.fd}/${parts.at(-1)}`, folder)
    } finally {
      await folder.close()
    }
  }

  return {
    path,
    async state(name) {
      const read = inParent(name, false, (file) => stateOf(file, `${path}/${name}`))
      return read.catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return { kind: 'absent' as const }
        throw error
      })
    },
    put: (name, state) =>
      inParent(name, true, async (file, folder) => {
        const draft = `/proc/self/fd/${folder.fd}/.cortex-${randomUUID()}.tmp`
        try {
          if (state.kind === 'absent') await rm(file, { force: true })
          else {
            if (state.kind === 'link') await symlink(state.target, draft)
            else await writeDraft(draft, state.content, state.owned ?? (await replacedOwnership(file)))
            await rename(draft, file)
          }
          await folder.sync()
        } finally {
          await rm(draft, { force: true })
        }
      }),
    removeFolder: (name) => inParent(name, false, (file) => rmdir(file)),
    async names(name) {
      const listed = inParent(`${name}/any`, false, (_, folder) => readdir(`/proc/self/fd/${folder.fd}`))
      const names = await listed.catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      })
      return names.filter((entry) => !entry.startsWith('.')).sort()
    },
  }
}

async function enter(folder: string, shown: string, create: boolean): Promise<FileHandle> {
  try {
    return await open(folder, FOLDER)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ELOOP' || code === 'ENOTDIR') throw outsideOfFolder(shown)
    if (code !== 'ENOENT' || !create) throw error
  }
  await mkdir(folder, { mode: 0o755 })
  return open(folder, FOLDER)
}

async function stateOf(file: string, shown: string): Promise<FileState> {
  const stats = await lstat(file)
  if (stats.isSymbolicLink()) return { kind: 'link', target: await readlink(file) }
  if (!stats.isFile()) throw conflict(`${shown} 不是普通文件`, `${shown} is no regular file`)
  if (stats.size > MAX_FILE_BYTES) throw conflict(`${shown} 过大`, `${shown} is too large for a configuration file`)
  const handle = await open(file, READ)
  try {
    return { kind: 'file', content: await handle.readFile(), owned: ownershipOf(await handle.stat()) }
  } finally {
    await handle.close()
  }
}

const ownershipOf = ({ mode, uid, gid }: Stats): Ownership => ({ mode: mode & 0o7777, uid, gid })

async function replacedOwnership(file: string): Promise<Ownership | null> {
  const stats = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return stats?.isFile() ? ownershipOf(stats) : null
}

async function writeDraft(draft: string, content: Uint8Array, owned: Ownership | null): Promise<void> {
  const handle = await open(draft, CREATE, 0o600)
  try {
    await handle.writeFile(content)
    // Only root may give a file away; another user who may write here owns it anyway.
    if (owned && process.geteuid?.() === 0) await handle.chown(owned.uid, owned.gid)
    await handle.chmod(owned?.mode ?? 0o644)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
