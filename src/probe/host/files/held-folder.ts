import { type BigIntStats, constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

/** Linux: refers to a place without opening it, so nothing happens to devices and search permission is enough. */
const O_PATH = 0o10_000_000
const PLACE = O_PATH | constants.O_NOFOLLOW
const FOLDER = PLACE | constants.O_DIRECTORY

/**
 * A folder that is held, whatever happens to its name. Node has no `openat`; a path through `/proc/self/fd` is resolved
 * from the very folder that is held, so a component that somebody swaps for a link during the act leads nowhere else.
 * Each name is entered by itself with O_NOFOLLOW: the kernel never follows a link for us.
 */
export interface HeldFolder {
  /** Of the folder when it was entered. */
  stat: BigIntStats
  /** A path to the folder itself; ends in no name, so nothing of it can be swapped. */
  self: string
  /** A path to `name` in this folder; only for calls that do not follow a link at the end of a path. */
  at(name: Buffer): Buffer
  /** Rejects with ENOTDIR when it is a link or no folder. */
  enter(name: Buffer): Promise<HeldFolder>
  close(): Promise<void>
}

export async function holdTop(): Promise<HeldFolder> {
  return held(await open('/', FOLDER))
}

async function held(handle: FileHandle): Promise<HeldFolder> {
  const self = `/proc/self/fd/${handle.fd}`
  const at = (name: Buffer): Buffer => {
    if (!isPlainName(name)) throw new TypeError(`not a plain name: ${name.toString('latin1')}`)
    return Buffer.concat([Buffer.from(`${self}/`), name])
  }
  try {
    return {
      stat: await handle.stat({ bigint: true }),
      self,
      at,
      enter: async (name) => held(await open(at(name), FOLDER)),
      close: () => handle.close(),
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Holds a file of any kind in `folder` without opening it; a link itself, not what it leads to. */
export function holdFile(folder: HeldFolder, name: Buffer): Promise<FileHandle> {
  return open(folder.at(name), PLACE)
}

/** Opens for reading what is held: the same file, whatever has its name by now. */
export function openHeld(held: FileHandle): Promise<FileHandle> {
  return open(`/proc/self/fd/${held.fd}`, constants.O_RDONLY | constants.O_NOCTTY)
}

/** Puts on disk which names the folder has. */
export async function syncFolder(folder: HeldFolder): Promise<void> {
  const handle = await open(folder.self, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isPlainName(name: Buffer): boolean {
  const text = name.toString('latin1')
  return text !== '' && text !== '.' && text !== '..' && !text.includes('/') && !text.includes('\0')
}
