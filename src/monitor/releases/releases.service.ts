import { createHash } from 'node:crypto'
import { maxPackageBytes } from '../../contract/operations/upgrade.ts'
import type { ReleaseChannel } from '../../contract/better-monitor/releases.ts'
import { fetchBytes } from './bounded-fetch.ts'
import { readFolderReleases } from './folder-releases.ts'
import { readGithubReleases } from './github-releases.ts'
import { isInChannel, latestOf, packageOf, type Release, type ReleaseFile, signatureOf } from './release.ts'
import { feedUnreadable, noFeed, noPackage, noRelease, noSuchRelease, wrongBytes } from './releases.errors.ts'

/** A package as nodes get it. */
export interface ReleasePackage {
  version: string
  bytes: Buffer
  sha256: string
  /** Base64; null when the release has none. */
  signature: string | null
}

/** A folder costs nothing to read; an address is not to be asked with every page that somebody opens. */
const freshMs = { folder: 1_000, address: 60_000 }
const packageMs = 60_000
const feedBounds = { maxBytes: 4 * 1024 * 1024, timeoutMs: 15_000 }
const smallBounds = { maxBytes: 4_096, timeoutMs: 15_000 }
const packageBounds = { maxBytes: maxPackageBytes, timeoutMs: 600_000 }
const rawSignatureBytes = 64

/** The releases that this monitor can hand out: read from its feed, which its own config names, and kept for a moment. */
export function createReleases(parts: {
  config: { feed?: string | undefined; repo: string; channel: ReleaseChannel }
  clock: () => number
}) {
  const { config, clock } = parts
  let kept: { at: number; releases: Promise<Release[]> } | null = null
  let keptPackage: { version: string; at: number; found: Promise<ReleasePackage> } | null = null

  async function readFeed(feed: string): Promise<Release[]> {
    if (feed.startsWith('/')) {
      return await readFolderReleases(feed).catch((error: unknown) => {
        throw feedUnreadable(`${feed}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}`, error)
      })
    }
    const bytes = await fetchBytes({ url: feed }, feedBounds)
    try {
      return readGithubReleases(JSON.parse(bytes.toString('utf8')))
    } catch (error) {
      throw feedUnreadable('it is not JSON of releases as GitHub writes it', error)
    }
  }

  /** All releases. Throws SERVICE_UNAVAILABLE without a feed, or when it cannot be read. */
  function all(): Promise<Release[]> {
    if (config.feed === undefined) return Promise.reject(noFeed())
    if (kept === null || clock() - kept.at > (config.feed.startsWith('/') ? freshMs.folder : freshMs.address)) {
      const entry = { at: clock(), releases: readFeed(config.feed) }
      kept = entry
      entry.releases.catch(() => {
        if (kept === entry) kept = null
      })
    }
    return kept.releases
  }

  async function find(version: string, channel: ReleaseChannel): Promise<Release> {
    const offered = (await all()).filter((each) => isInChannel(each, channel))
    const release = offered.find((each) => each.version === version)
    if (!release) throw noSuchRelease(version, offered.map((each) => each.version)) // prettier-ignore
    if (!packageOf(release)) throw noPackage(version)
    return release
  }

  async function announcedSha256(release: Release, file: ReleaseFile): Promise<string | null> {
    if (file.sha256 !== null) return file.sha256
    const beside = release.files.find((each) => each.name === `${file.name}.sha256`)
    if (!beside) return null
    const text = (await fetchBytes(beside.from, smallBounds)).toString('latin1')
    return /^([0-9a-fA-F]{64})\b/.exec(text)?.[1]?.toLowerCase() ?? null
  }

  async function load(version: string): Promise<ReleasePackage> {
    const release = await find(version, 'beta')
    const file = packageOf(release)
    if (!file) throw noPackage(version)
    const bytes = await fetchBytes(file.from, packageBounds)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    if (((await announcedSha256(release, file)) ?? sha256) !== sha256) throw wrongBytes(file.name)
    const signed = signatureOf(release, file.name)
    const signature = signed === null ? null : await fetchBytes(signed.from, smallBounds)
    return { version, bytes, sha256, signature: signature && inBase64(signature) }
  }

  return {
    find,
    announcedSha256,
    channel: config.channel,
    repo: config.repo,
    async latest(channel: ReleaseChannel = config.channel): Promise<Release> {
      const release = latestOf(await all(), channel)
      if (!release) throw noRelease(channel)
      return release
    },
    /** A file of a release, by its name; undefined when there is none. */
    async file(version: string, name: string): Promise<ReleaseFile | undefined> {
      return (await find(version, 'beta')).files.find((file) => file.name === name)
    },
    /** The package of a release, its checksum compared with the announced one; the newest asked for is kept for a moment. */
    package(version: string): Promise<ReleasePackage> {
      if (keptPackage?.version !== version || clock() - keptPackage.at > packageMs) {
        const entry = { version, at: clock(), found: load(version) }
        keptPackage = entry
        entry.found.catch(() => {
          if (keptPackage === entry) keptPackage = null
        })
      }
      return keptPackage.found
    },
    /** Lets go of what is kept for a moment: a package is megabytes. */
    forgetOld(): void {
      if (keptPackage && clock() - keptPackage.at > packageMs) keptPackage = null
    },
  }
}
export type ReleasesService = ReturnType<typeof createReleases>

/** A signature file holds the 64 bytes themselves, or base64 of them. */
function inBase64(signature: Buffer): string {
  return signature.length === rawSignatureBytes ? signature.toString('base64') : signature.toString('latin1').trim()
}
