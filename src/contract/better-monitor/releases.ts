import { z } from 'zod'
import { IsoTime } from '../common.ts'
import { ReleaseVersion, Sha256 } from '../operations/upgrade.ts'

/** `beta` also offers pre-releases. */
export const ReleaseChannel = z.enum(['stable', 'beta'])
export type ReleaseChannel = z.infer<typeof ReleaseChannel>

const ReleaseAsset = z
  .object({
    name: z.string(),
    download_url: z.string(),
    /** `any` where the file runs everywhere. */
    os: z.string(),
    arch: z.string(),
    size: z.number().int().nullable(),
    sha256: Sha256.nullable(),
    signature_url: z.string().nullable(),
  })
  .meta({ id: 'ReleaseAsset' })

/** Answer of `GET /api/agents/releases/latest`. */
export const LatestRelease = z
  .object({
    success: z.literal(true),
    version: ReleaseVersion,
    releasedAt: IsoTime,
    release_repo: z.string(),
    assets: z.array(ReleaseAsset),
  })
  .meta({ id: 'LatestRelease' })
export const LatestReleaseQuery = z.object({ channel: ReleaseChannel.optional() })
export const ReleaseAssetParams = z.object({ version: ReleaseVersion, name: z.string().min(1).max(200) })

const ServerIds = z
  .array(z.number().int().min(1).max(Number.MAX_SAFE_INTEGER))
  .min(1)
  .max(10_000)
  .refine((ids) => new Set(ids).size === ids.length, 'a server is named twice')

/** Body of `POST /api/servers/upgrade`; what the document does not name has the defaults of a careful rollout. */
export const UpgradeRequest = z
  .object({
    serverIds: ServerIds,
    targetVersion: ReleaseVersion,
    channel: ReleaseChannel.optional(),
    /** Sizes of the first rings on each level of the tree; the last ring is the rest. */
    rings: z.array(z.number().int().min(1).max(10_000)).max(10).default([1]),
    /** More failures than this stop the rollout. */
    max_failures: z.number().int().min(0).max(10_000).default(0),
    /** Pause between two rings. */
    pause_s: z.number().min(0).max(86_400).default(0),
    /** How long a server that is offline is waited for. */
    offline_within_s: z
      .number()
      .min(0)
      .max(30 * 86_400)
      .default(86_400),
    allow_downgrade: z.boolean().default(false),
  })
  .meta({ id: 'UpgradeRequest' })
export type UpgradeRequest = z.infer<typeof UpgradeRequest>

/** Answer of `POST /api/servers/upgrade`: what was taken; how it goes on stands in the rollout. */
export const UpgradeAnswer = z
  .object({
    success: z.boolean(),
    message: z.string(),
    result: z.object({
      success: z.array(z.number().int()),
      failure: z.array(z.number().int()),
      offline: z.array(z.number().int()),
      missing: z.array(z.number().int()),
    }),
    /** Why each of `failure` was not taken, by its number. */
    reasons: z.record(z.string(), z.enum(['up_to_date', 'downgrade'])),
    rollout_id: z.number().int().nullable(),
  })
  .meta({ id: 'UpgradeAnswer' })
export type UpgradeAnswer = z.infer<typeof UpgradeAnswer>
