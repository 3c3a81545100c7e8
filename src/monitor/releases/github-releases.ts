import { z } from 'zod'
import { versionPattern } from '../../lib/version-order.ts'
import type { Release } from './release.ts'

const Asset = z.object({
  name: z.string().min(1).max(200),
  browser_download_url: z.url({ protocol: /^https?$/ }).max(4096),
  size: z.number().int().min(0).optional(),
  digest: z.string().nullish(),
})
const GithubRelease = z.object({
  tag_name: z.string().max(100),
  draft: z.boolean().default(false),
  prerelease: z.boolean().default(false),
  published_at: z.string().max(40).nullish(),
  assets: z.array(Asset).max(500).default([]),
})

/** What GitHub's API answers for one release or for a list; drafts and tags that are no versions are left out. */
export function readGithubReleases(json: unknown): Release[] {
  const found = z.union([z.array(GithubRelease).max(1000), GithubRelease.transform((one) => [one])]).parse(json)
  return found.flatMap((release) => {
    const version = release.tag_name.replace(/^v/, '')
    if (release.draft || !versionPattern.test(version)) return []
    const at = new Date(release.published_at ?? 0)
    return {
      version,
      releasedAt: (Number.isNaN(at.getTime()) ? new Date(0) : at).toISOString(),
      isPreRelease: release.prerelease,
      files: release.assets.map((asset) => ({
        name: asset.name,
        from: { url: asset.browser_download_url },
        size: asset.size ?? null,
        sha256: /^sha256:([0-9a-f]{64})$/.exec(asset.digest ?? '')?.[1] ?? null,
      })),
    }
  })
}
