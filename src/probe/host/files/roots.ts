import { realpath } from 'node:fs/promises'
import type { FileRoot } from '../../../platform/config/capabilities.section.ts'
import { isWithin, type Names } from './file-path.ts'
import { folderBecameLink } from './file-errors.ts'
import { type HeldFolder, holdTop } from './held-folder.ts'
import { errnoOf } from './os-refusal.ts'

export interface AllowedRoot {
  names: Names
  writable: boolean
}

export interface Roots {
  /** The innermost root that `names` lies in, and the way from it. */
  find(names: Names): { root: AllowedRoot; below: Names } | undefined
  /** Whether a root is at `names` or somewhere below: such a folder must stay where it is. */
  restOn(names: Names): boolean
  /** Holds the folder that the root was when it was first seen; a link put in its way since then is FORBIDDEN. */
  open(root: AllowedRoot): Promise<HeldFolder>
}

const namesOf = (path: Buffer): Names =>
  path
    .toString('latin1')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => Buffer.from(part, 'latin1'))

/**
 * The folders that may be worked in. The node's admin names them, so links on the way to a root are taken, but only once:
 * where they led when the node started is where they lead until it stops.
 */
export async function createRoots(fileRoots: readonly FileRoot[]): Promise<Roots> {
  const roots = fileRoots.map((root) => ({ names: namesOf(Buffer.from(root.path)), writable: root.writable }))
  const real = new Map<AllowedRoot, Names>()

  async function realNames(root: AllowedRoot): Promise<Names> {
    const known = real.get(root)
    if (known) return known
    const path = Buffer.from(`/${root.names.map((name) => name.toString('utf8')).join('/')}`)
    const names = namesOf(await realpath(path, { encoding: 'buffer' }))
    real.set(root, names)
    return names
  }

  for (const root of roots) {
    try {
      await realNames(root)
    } catch (error) {
      // Not there yet, or not for us: it is looked for again when somebody asks for it.
      if (errnoOf(error) === undefined) throw error
    }
  }

  /** A root is addressed by the path of the config and by the one where it really is. */
  const pathsOf = (root: AllowedRoot): Names[] => [root.names, real.get(root) ?? root.names]

  return {
    find(names) {
      const fitting = roots
        .flatMap((root) => pathsOf(root).map((path) => ({ root, path })))
        .filter(({ path }) => isWithin(names, path))
        // Of two grants for one folder the narrower counts.
        .sort((a, b) => b.path.length - a.path.length || Number(a.root.writable) - Number(b.root.writable))
      const [best] = fitting
      return best && { root: best.root, below: names.slice(best.path.length) }
    },
    restOn: (names) => roots.some((root) => pathsOf(root).some((path) => isWithin(path, names))),
    async open(root) {
      let folder = await holdTop()
      for (const name of await realNames(root)) {
        const above = folder
        try {
          folder = await above.enter(name)
        } catch (error) {
          throw errnoOf(error) === 'ENOTDIR' ? folderBecameLink(root.names, error) : error
        } finally {
          await above.close()
        }
      }
      return folder
    },
  }
}
