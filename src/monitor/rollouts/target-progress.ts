import type { Job } from '../../contract/operations/jobs.ts'

/** What became of a server that installs, and why. */
export type TargetProgress =
  | { is: 'installing'; reason: 'job' | 'not-reported' | 'not-asked' }
  | { is: 'again'; reason: 'not-sent' }
  | { is: 'succeeded' }
  | { is: 'failed'; reason: string }

const installTimeoutMs = 30 * 60_000
const maxAttempts = 3

/**
 * Judges one server: it is done when its job is and it reports the new version; the version alone does when the job was
 * lost, because this monitor was itself restarted while it sent the package.
 */
export function targetProgress(
  target: { jobId: string | null; version: string | null; isOnline: boolean; startedAt: Date | null; attempts: number },
  facts: { targetVersion: string; job: Job | null; isSending: boolean; now: Date },
): TargetProgress {
  const { job, isSending, targetVersion, now } = facts
  const isNew = target.isOnline && target.version === targetVersion
  if (job?.state === 'failed') return { is: 'failed', reason: job.error?.en ?? 'the job failed' }
  if (job?.state === 'cancelled') return { is: 'failed', reason: 'the job was cancelled on the server' }
  if (isNew && (job?.state === 'succeeded' || target.jobId === null)) return { is: 'succeeded' }
  if (now.getTime() - (target.startedAt?.getTime() ?? 0) > installTimeoutMs) {
    return { is: 'failed', reason: `it did not report ${targetVersion} within ${installTimeoutMs / 60_000} minutes` }
  }
  if (target.jobId === null && !isSending) {
    return target.attempts >= maxAttempts
      ? { is: 'failed', reason: 'the package could not be handed over' }
      : { is: 'again', reason: 'not-sent' }
  }
  if (job === null) return { is: 'installing', reason: 'not-asked' }
  return { is: 'installing', reason: job.state === 'succeeded' ? 'not-reported' : 'job' }
}
