import { serviceUnavailable } from '../../contract/errors.ts'
import { JobEvent } from '../../contract/operations/jobs.ts'
import type { Logger } from '../../platform/logger.ts'
import { readJsonLines } from '../../tree/link/json-lines.ts'
import type { Operations } from '../operations/operations.service.ts'

/** What is heard of a job; `lost`: nothing more will be, although it may go on. */
export type HeardOfJob = JobEvent | { type: 'lost'; job_id: string }

interface Feed {
  listeners: Set<(heard: HeardOfJob) => void>
  /** For who comes later. */
  heard: HeardOfJob[]
  abort: AbortController
}

const maxFeeds = 256
const maxKept = 400

/** The progress of jobs: each job is watched once on its host for all who want to see it, and only while somebody does. */
export function createJobFeeds(parts: { operations: Operations; newId: () => string; logger: Logger }) {
  const { operations, newId, logger } = parts
  const feeds = new Map<string, Feed>()

  async function follow(key: string, feed: Feed, serverId: number, jobId: string): Promise<void> {
    const tell = (heard: HeardOfJob) => {
      feed.heard.push(heard)
      if (feed.heard.length > maxKept) feed.heard.shift()
      for (const listener of [...feed.listeners]) listener(heard)
    }
    try {
      // Who may see the job was asked before; this looks on behalf of all of them.
      const asked = {
        actor: { kind: 'system' as const, name: 'jobs' },
        requestId: newId(),
        signal: feed.abort.signal,
      }
      const operation = { method: 'jobs.watch', params: { job_id: jobId }, permission: 'read' as const, target: null }
      for await (const event of readJsonLines(await operations.open(asked, serverId, operation), JobEvent)) tell(event)
    } catch (err) {
      if (feed.abort.signal.aborted) return
      logger.info({ err, job: jobId }, 'the progress of a job is lost')
      tell({ type: 'lost', job_id: jobId })
    } finally {
      if (feeds.get(key) === feed) feeds.delete(key)
    }
  }

  function open(key: string, serverId: number, jobId: string): Feed {
    if (feeds.size >= maxFeeds) throw tooMany()
    const feed: Feed = { listeners: new Set(), heard: [], abort: new AbortController() }
    feeds.set(key, feed)
    void follow(key, feed, serverId, jobId)
    return feed
  }

  return {
    /** Tells what is known of the job and everything that follows, until it ends. Returns how to stop. Throws SERVICE_UNAVAILABLE. */
    watch(serverId: number, jobId: string, listener: (heard: HeardOfJob) => void): () => void {
      const key = `${serverId}/${jobId}`
      const feed = feeds.get(key) ?? open(key, serverId, jobId)
      const entry = (heard: HeardOfJob) => listener(heard)
      for (const heard of feed.heard) entry(heard)
      feed.listeners.add(entry)
      return () => {
        if (!feed.listeners.delete(entry) || feed.listeners.size > 0) return
        feed.abort.abort(new Error('nobody watches any more'))
        if (feeds.get(key) === feed) feeds.delete(key)
      }
    },
    close(): void {
      for (const { abort } of feeds.values()) abort.abort(new Error('this monitor stops'))
      feeds.clear()
    },
  }
}
export type JobFeeds = ReturnType<typeof createJobFeeds>

const tooMany = () =>
  serviceUnavailable('同时查看的任务过多', 'too many jobs are watched at once', { headers: { 'Retry-After': '10' } })
