import { z } from 'zod'
import { readPublicKey } from '../releases/public-key.ts'

const PublicKey = z
  .string()
  .max(4096)
  .refine((text) => readPublicKey(text) !== null, 'an ed25519 public key as PEM or base64')

/** `releases:` where new builds come from, and whose signature this node trusts (capability `upgrade`). */
export const ReleasesSection = z
  .strictObject({
    feed: z
      .string()
      .min(1)
      .max(2048)
      .refine((text) => /^https?:\/\//.test(text) || text.startsWith('/'), 'an http(s) address or an absolute folder')
      .optional()
      .describe(
        'Where a monitor finds releases: the address of a GitHub-shaped JSON (one release or a list), or a folder with cortex-<version>.tgz and its .sig. Absent: it hands out none.',
      ),
    repo: z.string().max(256).default('').describe('Name of the repository that is shown as release_repo.'),
    channel: z
      .enum(['stable', 'beta'])
      .default('stable')
      .describe('Releases that are offered when nobody names a channel; beta also offers pre-releases.'),
    public_key: PublicKey.optional().describe(
      'The ed25519 key (PEM, or base64) whose signature a build must have before this node installs it.',
    ),
    allow_unsigned: z
      .boolean()
      .default(false)
      .describe('Install builds without a signature here. Only where nobody else can reach the monitors above.'),
    trial_s: z
      .number()
      .min(5)
      .max(3600)
      .default(120)
      .describe('A new build that is not up in this time, its parent reached, is rolled back.'),
  })
  .prefault({})
  .describe('New builds of this program: where they come from and whom this node trusts.')
