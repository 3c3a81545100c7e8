import type { Job, JobLine, JobState } from '../../../contract/operations/jobs.ts'
import type { Tone } from '../../ui/badge.tsx'
import { jobsTexts } from './jobs.texts.ts'

const maxLines = 5_000

/** Whether it still works, or waits for its turn. */
export const isUnderWay = (state: JobState): boolean => state === 'queued' || state === 'running'

export const jobTones: Record<JobState, Tone> = {
  queued: 'plain',
  running: 'accent',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'warn',
}

/** Lines of two sources (what was read, what is told live) in order, each once, the newest of them. */
export function mergeLines(known: readonly JobLine[], more: readonly JobLine[]): readonly JobLine[] {
  const bySeq = new Map([...known, ...more].map((line) => [line.seq, line]))
  if (bySeq.size === known.length) return known
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq).slice(-maxLines)
}

/** A line of `job_progress`; null for its other events. */
export function lineOf(data: Readonly<Record<string, unknown>>): JobLine | null {
  const { event, seq, at, line } = data
  if (event !== 'line' || typeof seq !== 'number' || typeof at !== 'string' || typeof line !== 'string') return null
  return { seq, at, line }
}

/** How long it took, or takes so far, in seconds; null before it began. */
export function tookSeconds(job: Pick<Job, 'started_at' | 'finished_at'>, nowMs: number): number | null {
  if (job.started_at === null) return null
  const end = job.finished_at === null ? nowMs : Date.parse(job.finished_at)
  return Math.max(0, (end - Date.parse(job.started_at)) / 1000)
}

type Key = keyof (typeof jobsTexts)['zh']

/** The act of a job in words; one that is not known here as the host names it. */
export const kindText = (t: (key: Key) => string, kind: string): string =>
  kind.includes('.') && Object.hasOwn(jobsTexts.zh, kind) ? t(kind as Key) : kind
