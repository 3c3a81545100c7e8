import { isPreRelease, compareVersions } from '../../lib/version-order.ts'
import type { ReleaseChannel } from '../../contract/better-monitor/releases.ts'

/** A file of a release and where its bytes are. */
export interface ReleaseFile {
  name: string
  /** An address, or a path on this host. */
  from: { url: string } | { path: string }
  size: number | null
  sha256: string | null
}

export interface Release {
  version: string
  releasedAt: string
  isPreRelease: boolean
  files: ReleaseFile[]
}

/** The newest release of a channel; null when it has none. */
export function latestOf(releases: readonly Release[], channel: ReleaseChannel): Release | null {
  return (
    releases
      .filter((release) => isInChannel(release, channel))
      .toSorted((a, b) => compareVersions(b.version, a.version))[0] ?? null
  )
}

export function isInChannel(release: Release, channel: ReleaseChannel): boolean {
  return channel === 'beta' || !(release.isPreRelease || isPreRelease(release.version))
}

/** The package of a release that nodes install: `npm pack` of this program. */
export function packageOf({ version, files }: Release): ReleaseFile | null {
  return files.find((file) => file.name === `cortex-${version}.tgz`) ?? null
}

/** The signature beside a file; null when there is none. */
export function signatureOf({ files }: Release, name: string): ReleaseFile | null {
  return files.find((file) => file.name === `${name}.sig`) ?? null
}

/** Whether it is there to be installed, not to check another file. */
export const isAsset = ({ name }: ReleaseFile): boolean => !/\.(sig|sha256|asc|txt)$/.test(name)

const platform = /[-_.](linux|darwin|windows)[-_](amd64|x64|x86_64|arm64|aarch64|386)\b/

/** For which machines a file is, by its name; `any` where it says nothing. */
export function platformOf(name: string): { os: string; arch: string } {
  const [, os = 'any', arch = 'any'] = platform.exec(name) ?? []
  return { os, arch: { x64: 'amd64', x86_64: 'amd64', aarch64: 'arm64' }[arch] ?? arch }
}
