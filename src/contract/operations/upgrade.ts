import { z } from 'zod'
import { versionPattern } from '../../lib/version-order.ts'

/** What a release is called: `1.2.3` or `1.2.3-beta.1`. */
export const ReleaseVersion = z.string().regex(versionPattern, 'a version such as 1.2.3 or 1.2.3-beta.1')
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')

/** Far more than a build ever needs. */
export const maxPackageBytes = 128 * 1024 * 1024

/** Head of the stream `upgrade.start`; the bytes of the package follow, and the answer is the receipt of a job. */
export const UpgradeParams = z.object({
  version: ReleaseVersion,
  size: z.number().int().min(1).max(maxPackageBytes),
  sha256: Sha256,
  /** Base64 of the ed25519 signature over the bytes; null when the release has none. */
  signature: z.string().max(256).nullable(),
  allow_downgrade: z.boolean().default(false),
})
export type UpgradeParams = z.infer<typeof UpgradeParams>
