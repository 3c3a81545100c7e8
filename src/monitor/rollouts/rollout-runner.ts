import { AppError } from '../../contract/errors.ts'
import { Job } from '../../contract/operations/jobs.ts'
import type { Database } from '../../db/open.ts'
import type { Logger } from '../../platform/logger.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Units } from '../changes/units.ts'
import type { Asked, Operations } from '../operations/operations.service.ts'
import type { ReleasesService } from '../releases/releases.service.ts'
import { nextStep } from './next-step.ts'
import {
  beginTarget,
  endRollout,
  moveTargets,
  type RolloutRow,
  runningRollouts,
  type TargetRow,
  targetsOf,
} from './rollouts.store.ts'
import { sendPackage } from './send-package.ts'
import { targetProgress } from './target-progress.ts'

const maxAtOnce = 8
const askDeadlineMs = 5_000
const maxReasonChars = 2_000

/** Works off the rollouts in the database; what it was in the middle of when the monitor stopped goes on at its next start. */
export function createRolloutRunner(parts: {
  database: Database
  units: Units
  operations: Pick<Operations, 'open' | 'call'>
  releases: Pick<ReleasesService, 'package' | 'forgetOld'>
  clock: () => number
  logger: Logger
}) {
  const { database, units, operations, releases, clock, logger } = parts
  const sending = new Map<number, Promise<void>>()
  let isStopped = false

  const now = () => new Date(clock())
  /** With the rights of who began it, in the audit log by that name. */
  const askedFor = ({ userId, username, role, requestId }: RolloutRow): Asked => ({
    actor: { kind: 'user', userId, username, role },
    requestId,
  })
  const fail = (id: number, reason: string) =>
    moveTargets(database.db, [id], ['waiting', 'offline', 'installing'], {
      state: 'failed',
      reason: reason.slice(0, maxReasonChars),
      finishedAt: now(),
    })

  async function hand(rollout: RolloutRow, target: TargetRow): Promise<void> {
    if (!(await beginTarget(database.db, target.id, now()))) return
    try {
      const release = await releases.package(rollout.targetVersion)
      const to = { serverId: target.nodeId, allowDowngrade: rollout.allowDowngrade }
      const { job_id } = await sendPackage(operations, askedFor(rollout), to, release)
      await moveTargets(database.db, [target.id], ['installing'], { jobId: job_id })
    } catch (error) {
      if (isStopped) return
      if (error instanceof AppError && error.code === 'SERVER_OFFLINE') {
        await moveTargets(database.db, [target.id], ['installing'], { state: 'offline', reason: error.text.en })
        return
      }
      if (!(error instanceof AppError)) logger.warn({ err: error, server: target.agentId }, 'a server was not upgraded')
      await fail(target.id, error instanceof AppError ? `${error.code}: ${error.text.en}` : String(error))
    }
  }

  function start(rollout: RolloutRow, target: TargetRow): void {
    const handing = hand(rollout, target)
      .catch((err: unknown) => logger.error({ err, server: target.agentId }, 'an upgrade could not be begun'))
      .finally(() => sending.delete(target.id))
    sending.set(target.id, handing)
  }

  async function jobOf(rollout: RolloutRow, target: TargetRow): Promise<Job | null> {
    if (target.jobId === null) return null
    const operation = {
      method: 'jobs.get',
      params: { job_id: target.jobId },
      permission: 'read',
      target: null,
      deadlineMs: askDeadlineMs,
    } as const
    // A server that restarts does not answer for a while.
    return await operations.call(askedFor(rollout), target.nodeId, operation).then(
      (answer) => Job.parse(answer),
      () => null,
    )
  }

  async function look(rollout: RolloutRow, target: TargetRow): Promise<void> {
    const { targetVersion } = rollout
    const facts = { targetVersion, job: await jobOf(rollout, target), isSending: sending.has(target.id), now: now() }
    const progress = targetProgress(target, facts)
    if (progress.is === 'failed') await fail(target.id, progress.reason)
    else if (progress.is === 'again') await moveTargets(database.db, [target.id], ['installing'], { state: 'waiting' })
    else if (progress.is === 'succeeded') {
      const done = { state: 'succeeded', reason: '', finishedAt: now() } as const
      await moveTargets(database.db, [target.id], ['installing'], done)
    }
  }

  async function lookForReturned(rollout: RolloutRow, targets: readonly TargetRow[]): Promise<void> {
    const offline = targets.filter((target) => target.state === 'offline')
    const back = offline.filter((target) => target.isOnline).map((target) => target.id)
    await moveTargets(database.db, back, ['offline'], { state: 'waiting', reason: '' })
    if (rollout.offlineUntil > now()) return
    for (const { id } of offline) await fail(id, `it did not come back until ${rollout.offlineUntil.toISOString()}`)
  }

  async function advance(rollout: RolloutRow): Promise<void> {
    const before = await targetsOf(database.db, rollout.id)
    await Promise.all(before.filter((target) => target.state === 'installing').map((target) => look(rollout, target)))
    await lookForReturned(rollout, before)
    const targets = await targetsOf(database.db, rollout.id)
    const rules = { maxFailures: rollout.maxFailures, pauseMs: rollout.pauseMs, maxAtOnce, now: now() }
    const step = nextStep(targets, rules)
    if (step.do === 'start') {
      for (const target of targets.filter(({ id }) => step.ids.includes(id))) start(rollout, target)
    } else if (step.do === 'finish') {
      await finish(rollout, step)
    }
  }

  async function finish(rollout: RolloutRow, { status, reason }: { status: 'succeeded' | 'failed'; reason: string }) {
    await units.run(async (unit) => {
      if (!(await endRollout(unit.tx, rollout.id, { status, reason, at: now() }))) return
      const actor = { kind: 'system', name: 'rollout' } as const
      const details = { version: rollout.targetVersion, reason }
      await appendAudit(unit.tx, { actor, action: `rollout.${status}`, target: String(rollout.id), details })
    })
  }

  return {
    /** One look at all rollouts that run. */
    async step(): Promise<void> {
      releases.forgetOld()
      for (const rollout of await runningRollouts(database.db)) {
        if (!isStopped) await advance(rollout)
      }
    },
    async stop(): Promise<void> {
      isStopped = true
      await Promise.allSettled(sending.values())
    },
  }
}
