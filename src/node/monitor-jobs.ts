import { every } from '../lib/every.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import type { LinkServer } from '../tree/link/link-server.ts'
import type { Leading } from './leading.ts'
import type { LinkKeys } from './link-keys.ts'
import { startAlerting } from './alerting-job.ts'
import { deliverCommands } from './links.ts'
import type { Monitor } from './monitor-part.ts'
import { createTeller } from './teller.ts'

const livenessMs = 1_000
const expiryMs = 1_000
const statusRulesMs = 1_000
/** Also finds what a node that moved brings along. */
const rulesTellingMs = 5_000
const deliveryMs = 30_000
const tellingMs = 30_000
const keyCheckMs = 30_000
const rolloutMs = 1_000
const proofsMs = 5_000
const tidyMs = 3_600_000
/** How soon after the end of a minute its summaries are made. */
const summariesMs = 3_000

/**
 * What a monitor does by itself, over and over: in each of its processes what concerns the links that it holds, in the one that
 * leads what must be done once.
 */
export function startMonitorJobs(parts: {
  monitor: Monitor
  linkServer: LinkServer
  linkKeys: LinkKeys
  leading: Leading
  lifecycle: Lifecycle
  logger: Logger
  offlineAfterMs: number
  ruleLookMs: number
}): void {
  const { monitor, linkServer, linkKeys, leading, lifecycle, logger, offlineAfterMs, ruleLookMs } = parts

  function repeat(name: string, intervalMs: number, work: () => Promise<unknown>) {
    let failing = false
    const job = every(
      intervalMs,
      async () => {
        await work()
        failing = false
      },
      (err) => {
        // A database that is away for an hour must not fill the log with one line a second.
        logger[failing ? 'debug' : 'error']({ err, job: name }, 'a periodic job failed; it is tried again')
        failing = true
      },
    )
    lifecycle.onStop(name, () => job.stop())
    return job
  }

  /** What is done once, by the process that leads: there at once when it begins to. */
  function lead(name: string, intervalMs: number, work: () => Promise<unknown>) {
    const job = repeat(name, intervalMs, () => leading.once(work))
    leading.onGained(() => job.now())
  }

  lead('liveness', Math.min(livenessMs, offlineAfterMs / 4), () => monitor.liveness.look())
  lead('rules about who is here', statusRulesMs, () => monitor.rules.status.look())
  lead('rules about hosts', ruleLookMs, () => monitor.rules.hosts.look())
  lead('expiry of decisions', expiryMs, () => monitor.decisions.expire())
  lead('rollouts', rolloutMs, () => monitor.rolloutRunner.step())
  lead('proofs of audit logs', proofsMs, () => monitor.headProofs.look())
  lead('summaries', summariesMs, () => monitor.summaries.look())
  lead('retention', tidyMs, async () => {
    await monitor.retention.prepare()
    await monitor.retention.tidy()
    await monitor.commands.tidy()
  })
  repeat('keys of links', keyCheckMs, () => linkKeys.check())
  const delivery = repeat('commands', deliveryMs, async () => {
    for (const { agentId } of linkServer.children()) await deliverCommands(linkServer, monitor, agentId)
  })
  monitor.bus.on('commands_queued', () => delivery.now())
  monitor.delivery.start(() => leading.leads())
  monitor.bus.on('notices_queued', () => monitor.delivery.wake())

  startAlerting({ monitor, leading, lifecycle, logger })

  const silences = createTeller({
    linkServer,
    method: 'silences.hold',
    setFor: async (child) => ({ silences: await monitor.silences.forChild(child) }),
    logger,
  })
  const telling = repeat('silences of children', tellingMs, () => silences.tell())
  monitor.bus.on('child_linked', () => telling.now())
  monitor.bus.on('silences_changed', () => telling.now())

  let judges: ReadonlySet<string> = new Set()
  const rules = createTeller({
    linkServer,
    method: 'rules.hold',
    setFor: async (child) => (judges.has(child) ? await monitor.rules.inherited.forChild(child) : null),
    logger,
  })
  const handing = repeat('rules of children', rulesTellingMs, async () => {
    judges = await monitor.rules.inherited.judges()
    await rules.tell()
  })
  monitor.bus.on('child_linked', () => handing.now())
  monitor.bus.on('rules_changed', () => handing.now())
}
