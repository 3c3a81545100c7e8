import { UpgradeParams } from '../../../contract/operations/upgrade.ts'
import type { Methods } from '../../../tree/link/methods.ts'
import { encodeStreamHead } from '../../../tree/link/stream-head.ts'
import type { ActAsJob } from '../jobs/act-as-job.ts'
import { upgradeKind, type Upgrades } from './upgrades.ts'

/** The stream `upgrade.start`: takes a package and answers with the receipt of the job that installs it. */
export function registerUpgrade(
  methods: Methods,
  { actAsJob, upgrades }: { actAsJob: ActAsJob; upgrades: Upgrades },
): void {
  methods.registerStream({
    name: 'upgrade.start',
    params: UpgradeParams,
    async handle(params, stream, { meta }) {
      const { version, sha256, size, allow_downgrade } = params
      const act = {
        capability: 'upgrade',
        action: 'upgrade.start',
        target: version,
        details: { sha256, size, allow_downgrade },
      } as const
      const receipt = await actAsJob(meta, act, { kind: upgradeKind, resource: 'upgrade' }, () =>
        upgrades.prepare(params, stream),
      )
      await stream.write(encodeStreamHead(receipt))
    },
  })
}
