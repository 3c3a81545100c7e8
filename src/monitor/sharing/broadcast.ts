import type { ZodType } from 'zod'
import type { Database } from '../../db/open.ts'
import type { Logger } from '../../platform/logger.ts'
import { pack } from './pack.ts'

/** On which it is heard. */
export const broadcastChannel = 'cortex_told'

/** What a NOTIFY of PostgreSQL takes is less than 8000 bytes. */
const maxBytes = 7_900
const maxWaiting = 20_000
/** Of what waits, in one go: more would hold up the commits of others. */
const maxPerFlush = 4_000
const retryMs = 1_000

/**
 * What processes of one monitor tell each other and nobody keeps: who is cut off has missed it, and learns it by what is told
 * next. Gathered, so that its cost does not grow with the number of reports.
 */
export interface Broadcast {
  /** Tells the others within `withinMs`. Of too much at once the newest is left out. */
  tell(topic: string, item: unknown, withinMs: number): void
  /** Calls `hear` for what the others tell of that topic. What does not have that shape is left out. */
  on<T>(topic: string, shape: ZodType<T>, hear: (item: T, from: string) => void): void
  /** Takes in what came on the channel. */
  take(payload: string): void
  close(): void
}

export function createBroadcast(parts: { database: Database; origin: string; logger: Logger }): Broadcast {
  const { database, origin, logger } = parts
  const waiting = new Map<string, string[]>()
  const listeners = new Map<string, (item: unknown, from: string) => void>()
  let timer: NodeJS.Timeout | undefined
  let dueAtMs = Infinity
  let sending = false
  let closed = false

  function flushWithin(ms: number): void {
    const atMs = performance.now() + ms
    if (closed || sending || atMs >= dueAtMs) return
    clearTimeout(timer)
    dueAtMs = atMs
    timer = setTimeout(() => void flush(), ms)
  }

  function takeWaiting(): string[] {
    const payloads: string[] = []
    for (const [topic, lines] of waiting) {
      payloads.push(...pack(`${origin}\n${topic}\n`, lines.splice(0, maxPerFlush), maxBytes))
      if (lines.length === 0) waiting.delete(topic)
    }
    return payloads
  }

  async function flush(): Promise<void> {
    sending = true
    dueAtMs = Infinity
    let pauseMs = 0
    try {
      await database.sql`select pg_notify(${broadcastChannel}, payload) from unnest(${takeWaiting()}::text[]) as payload`
    } catch (err) {
      pauseMs = retryMs
      logger.debug({ err }, 'the other processes of this monitor could not be told')
    }
    sending = false
    if (waiting.size > 0) flushWithin(pauseMs)
  }

  return {
    tell(topic, item, withinMs) {
      const lines = waiting.get(topic) ?? []
      if (lines.length >= maxWaiting) return
      lines.push(JSON.stringify(item))
      waiting.set(topic, lines)
      flushWithin(withinMs)
    },
    on(topic, shape, hear) {
      listeners.set(topic, (item, from) => {
        const read = shape.safeParse(item)
        if (read.success) hear(read.data, from)
        else
          logger.debug({ topic, from, error: read.error.message }, 'another process told what this one does not know')
      })
    },
    take(payload) {
      const [from = '', topic = '', ...lines] = payload.split('\n')
      const hear = from === origin ? undefined : listeners.get(topic)
      if (!hear) return
      for (const line of lines) {
        try {
          hear(JSON.parse(line), from)
        } catch (err) {
          logger.error({ err, topic }, 'what another process told could not be taken in')
        }
      }
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}
