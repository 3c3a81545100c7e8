import { mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReleaseState, Releases } from '../../../platform/releases/release-state.ts'
import { syncFolder } from '../../../platform/releases/durable-file.ts'
import { versionPattern } from '../../../lib/version-order.ts'
import { installedVersion, lendingFolder } from './installed-packages.ts'
import { Manifest, whyNotInstallable } from './package-manifest.ts'
import { unpack } from './unpack.ts'
import { badPackage } from './upgrade-errors.ts'

export interface Installing {
  releases: Releases
  /** `node_modules` folders of this installation. */
  moduleFolders: readonly string[]
  nodeVersion: string
  randomName: () => string
}

/**
 * Puts a package that is trusted beside the running build, whole or not at all, and everything of it on disk. Throws
 * UPGRADE_REFUSED when it is not that version of this program or needs what is not installed here.
 */
export async function install(parts: Installing, packed: Uint8Array, version: string): Promise<void> {
  const { releases, moduleFolders, nodeVersion, randomName } = parts
  const scratch = join(releases.folder, `${scratchPrefix}${randomName()}`)
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  try {
    await unpack(packed, scratch)
    const reason = whyNotInstallable(await manifestOf(scratch), {
      version,
      nodeVersion,
      installed: (name) => installedVersion(moduleFolders, name),
    })
    if (reason) throw reason
    const lender = lendingFolder(moduleFolders)
    if (lender !== null) await symlink(lender, join(scratch, 'node_modules'))
    await syncTree(scratch)
    await rm(releases.buildOf(version), { recursive: true, force: true })
    await rename(scratch, releases.buildOf(version))
    syncFolder(releases.folder)
    if (!releases.has(version)) throw badPackage('缺少 dist/main.js', 'it has no dist/main.js')
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const scratchPrefix = 'unpacking-'

/** Removes builds that nothing refers to any more, and what an install that was cut short left behind. */
export async function tidyReleases(releases: Releases, state: ReleaseState | null): Promise<void> {
  const kept = new Set([state?.current, state?.trial?.version, state?.last?.from, state?.last?.version])
  const names = await readdir(releases.folder).catch(() => [])
  for (const name of names) {
    const isBuild = versionPattern.test(name)
    if ((isBuild && !kept.has(name)) || name.startsWith(scratchPrefix)) {
      await rm(join(releases.folder, name), { recursive: true, force: true })
    }
  }
}

async function manifestOf(folder: string): Promise<Manifest> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw badPackage('缺少 package.json', 'it has no package.json')
    throw badPackage('package.json 无法读取', 'its package.json cannot be read')
  }
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncTree(join(folder, entry.name))
  }
  syncFolder(folder)
}
