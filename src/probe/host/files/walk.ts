import { mkdir, readlink, statfs } from 'node:fs/promises'
import type { FileRoot } from '../../../platform/config/capabilities.section.ts'
import {
  belongsToKernel,
  belongsToNode,
  linkOnTheWay,
  mustStay,
  outsideRoots,
  readOnlyRoot,
  tooManyLinks,
} from './file-errors.ts'
import { linkedNames, type Names } from './file-path.ts'
import { shownName } from './file-name.ts'
import type { HeldFolder } from './held-folder.ts'
import { kernelFileSystem } from './kernel-file-systems.ts'
import { errnoOf } from './os-refusal.ts'
import { findOwnPlaces, type OwnPlaces } from './own-places.ts'
import { createRoots } from './roots.ts'

const MAX_LINKS = 40
const NEW_FOLDER_MODE = 0o755

/** A folder that was reached, held for the time of one act. */
export interface Reached {
  folder: HeldFolder
  /** Where the way led, links resolved: the folder's own path, or that of the thing in it. */
  names: Names
  own: OwnPlaces
}

/** The folder that something lies in, and the name that it has or will have there. */
export interface Spot extends Reached {
  name: Buffer
}

export interface Walker {
  /** Runs `act` in a folder that is to be read; links are followed as long as they stay within the allowed roots. */
  inFolder<T>(names: Names, act: (reached: Reached) => Promise<T>): Promise<T>
  /** Runs `act` where something is to be read. `name` is null for a root itself. Links are followed, at the end too. */
  atSource<T>(names: Names, act: (spot: Reached & { name: Buffer | null }) => Promise<T>): Promise<T>
  /**
   * Runs `act` where something is to be changed: within a writable root, no link is followed, and neither a root nor a
   * folder that holds one may be meant.
   */
  atTarget<T>(names: Names, act: (spot: Spot) => Promise<T>, options?: { makeFolders: boolean }): Promise<T>
}

interface Way {
  follow: boolean
  /** Also the last name is a folder to be entered. */
  enterLast: boolean
  makeFolders: boolean
}

/** Walks from an allowed root, one held folder at a time. Every way ends in `act` or in an error; nothing stays open. */
export async function createWalker(parts: {
  fileRoots: readonly FileRoot[]
  /** Files and folders of the node itself. */
  ownPaths: readonly string[]
}): Promise<Walker> {
  const roots = await createRoots(parts.fileRoots)
  const rootPaths = parts.fileRoots.map((root) => root.path)

  async function check(folder: HeldFolder, above: HeldFolder | null, names: Names, own: OwnPlaces): Promise<void> {
    if (own.has(folder.stat)) throw belongsToNode(names)
    if (above?.stat.dev === folder.stat.dev) return
    const kernel = kernelFileSystem((await statfs(folder.self)).type)
    if (kernel !== undefined) throw belongsToKernel(names, kernel)
  }

  /** Enters one folder, or says where the link in its place leads. */
  async function enter(folder: HeldFolder, name: Buffer, makeFolders: boolean): Promise<HeldFolder | Buffer> {
    try {
      return await folder.enter(name)
    } catch (error) {
      const errno = errnoOf(error)
      if (errno === 'ENOENT' && makeFolders) {
        await mkdir(folder.at(name), NEW_FOLDER_MODE)
        return folder.enter(name)
      }
      if (errno !== 'ENOTDIR') throw error
      const target = await targetOf(folder, name)
      if (target === null) throw error
      return target
    }
  }

  /** One attempt: the folder at the end, or the path to try next because a link was on the way. */
  async function attempt(names: Names, way: Way, own: OwnPlaces): Promise<HeldFolder | Names> {
    const found = roots.find(names)
    if (!found) throw outsideRoots(names, rootPaths)
    if (!way.follow && !found.root.writable) throw readOnlyRoot(names)
    const start = names.length - found.below.length
    const last = way.enterLast || found.below.length === 0 ? names.length : names.length - 1
    let folder = await roots.open(found.root)
    let arrived = false
    try {
      await check(folder, null, names.slice(0, start), own)
      for (let at = start; at < last; at += 1) {
        const here = names.slice(0, at + 1)
        const next = await enter(folder, nameAt(names, at), way.makeFolders)
        if (Buffer.isBuffer(next)) return redirected(here, next, names.slice(at + 1), way)
        const above = folder
        folder = next
        try {
          await check(folder, above, here, own)
        } finally {
          await above.close()
        }
      }
      if (way.follow && last < names.length) {
        const target = await targetOf(folder, nameAt(names, last))
        if (target !== null) return redirected(names, target, [], way)
      }
      arrived = true
      return folder
    } finally {
      if (!arrived) await folder.close()
    }
  }

  async function walk<T>(names: Names, way: Way, act: (reached: Reached) => Promise<T>): Promise<T> {
    const own = await findOwnPlaces(parts.ownPaths)
    let current = names
    for (let links = 0; links <= MAX_LINKS; links += 1) {
      const reached = await attempt(current, way, own)
      if (!isFolder(reached)) {
        current = reached
        continue
      }
      try {
        return await act({ folder: reached, names: current, own })
      } finally {
        await reached.close()
      }
    }
    throw tooManyLinks(names)
  }

  const isRoot = (names: Names) => roots.find(names)?.below.length === 0

  return {
    inFolder: (names, act) => walk(names, { follow: true, enterLast: true, makeFolders: false }, act),
    atSource: (names, act) =>
      walk(names, { follow: true, enterLast: false, makeFolders: false }, (reached) =>
        act({ ...reached, name: isRoot(reached.names) ? null : nameAt(reached.names, reached.names.length - 1) }),
      ),
    async atTarget(names, act, options) {
      if (roots.restOn(names)) throw mustStay(names)
      const way = { follow: false, enterLast: false, makeFolders: options?.makeFolders ?? false }
      return walk(names, way, (reached) => act({ ...reached, name: nameAt(names, names.length - 1) }))
    },
  }
}

function redirected(link: Names, target: Buffer, rest: Names, way: Way): Names {
  if (!way.follow) throw linkOnTheWay(link, shownName(target))
  return [...linkedNames(link, target), ...rest]
}

/** What a symbolic link says; null when it is none. */
async function targetOf(folder: HeldFolder, name: Buffer): Promise<Buffer | null> {
  try {
    return await readlink(folder.at(name), { encoding: 'buffer' })
  } catch (error) {
    const errno = errnoOf(error)
    // A name that is missing or no link is the business of the act.
    if (errno === 'EINVAL' || errno === 'ENOENT') return null
    throw error
  }
}

const isFolder = (reached: HeldFolder | Names): reached is HeldFolder => !Array.isArray(reached)

function nameAt(names: Names, at: number): Buffer {
  const name = names[at]
  if (name === undefined) throw new RangeError(`no name at ${at}`)
  return name
}
