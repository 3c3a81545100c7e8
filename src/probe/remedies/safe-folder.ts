import { constants, type Stats } from 'node:fs'
import { lstat, open, readdir, unlink, type FileHandle } from 'node:fs/promises'

const FOLDER_ONLY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/**
 * A folder held open. Names are resolved inside the very folder that was opened (`/proc/self/fd` is what `openat` is in
 * C), so a folder that somebody replaces by a link meanwhile leads nowhere else.
 */
export interface SafeFolder {
  names(): Promise<string[]>
  stat(name: string): Promise<Stats>
  unlink(name: string): Promise<void>
  /** Opens a folder below; rejects with ELOOP or ENOTDIR when it is a link or no folder. */
  enter(name: string): Promise<SafeFolder>
  close(): Promise<void>
}

/** Opens an absolute path component by component; a link anywhere on the way rejects with ELOOP or ENOTDIR. */
export async function openSafeFolder(path: string): Promise<SafeFolder> {
  let folder = held(await open('/', FOLDER_ONLY))
  for (const name of path.split('/').filter((part) => part !== '')) {
    const above = folder
    try {
      folder = await above.enter(name)
    } finally {
      await above.close()
    }
  }
  return folder
}

function held(handle: FileHandle): SafeFolder {
  const self = `/proc/self/fd/${handle.fd}`
  const inside = (name: string): string => {
    if (name === '' || name === '.' || name === '..' || name.includes('/')) throw new Error(`not a plain name: ${name}`)
    return `${self}/${name}`
  }
  return {
    names: () => readdir(self),
    stat: (name) => lstat(inside(name)),
    unlink: (name) => unlink(inside(name)),
    enter: async (name) => held(await open(inside(name), FOLDER_ONLY)),
    close: () => handle.close(),
  }
}
