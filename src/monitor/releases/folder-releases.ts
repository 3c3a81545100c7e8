import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isPreRelease, versionPattern } from '../../lib/version-order.ts'
import type { Release } from './release.ts'

const maxFiles = 10_000

/** The releases in a folder: each `cortex-<version>.tgz` is one, with what stands beside it under the same name. */
export async function readFolderReleases(folder: string): Promise<Release[]> {
  const names = (await readdir(folder)).toSorted().slice(0, maxFiles)
  const versions = names.flatMap((name) => {
    const version = /^cortex-(.+)\.tgz$/.exec(name)?.[1]
    return version !== undefined && versionPattern.test(version) ? [version] : []
  })
  return await Promise.all(
    versions.map(async (version) => {
      const own = names.filter((name) => name.startsWith(`cortex-${version}.tgz`))
      const files = await Promise.all(
        own.map(async (name) => {
          const path = join(folder, name)
          const { size, mtime } = await stat(path)
          return { name, from: { path }, size, sha256: null, mtime }
        }),
      )
      const releasedAt = files[0]?.mtime.toISOString() ?? new Date(0).toISOString()
      return { version, releasedAt, isPreRelease: isPreRelease(version), files }
    }),
  )
}
