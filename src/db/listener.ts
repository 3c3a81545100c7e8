import { setTimeout as sleep } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import { within } from '../lib/within.ts'
import type { DatabaseLogger } from './database-logger.ts'
import type { Database } from './open.ts'

/** What is heard on a connection of its own. */
export interface Listener {
  close(): Promise<void>
}

const probeMs = 2_000
const retryMs = 250

/**
 * Hears what is told by NOTIFY on these channels. The listener also tells itself something all the time: a connection on which
 * that is not heard, because it was closed or cut without a word, is replaced. `onListening` is called whenever a
 * channel is heard (again): what was told before may have been missed. Resolves when the first try has ended, well or not.
 */
export async function openListener(parts: {
  database: Pick<Database, 'fork' | 'sql'>
  channels: Readonly<Record<string, (payload: string) => void>>
  onListening: () => void
  logger: DatabaseLogger
}): Promise<Listener> {
  const { database, channels, onListening, logger } = parts
  const ownChannel = `cortex_probe_${randomUUID().replaceAll('-', '')}`
  const stopping = new AbortController()
  const tried = Promise.withResolvers<void>()
  let failing = false

  /** Listens until nothing is heard any more. */
  async function listen(): Promise<void> {
    let heard = false
    const client = database.fork(1)
    try {
      const listenTo = async (...channel: Parameters<typeof client.listen>) => {
        const listening = await within(client.listen(...channel), probeMs)
        if (!listening.inTime) throw new Error('the database does not answer')
      }
      await listenTo(ownChannel, () => (heard = true))
      for (const [channel, hear] of Object.entries(channels)) await listenTo(channel, hear, onListening)
      failing = false
      tried.resolve()
      do {
        heard = false
        const told = await within(database.sql.notify(ownChannel, ''), probeMs)
        if (!told.inTime) throw new Error('the database does not answer')
        await sleep(probeMs, undefined, { signal: stopping.signal })
      } while (heard)
      throw new Error('nothing is heard any more')
    } finally {
      await client.end({ timeout: 0 })
    }
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await listen().catch((err: unknown) => {
        if (stopping.signal.aborted) return
        logger[failing ? 'debug' : 'info']({ err }, 'listening to the database begins anew')
        failing = true
      })
      tried.resolve()
      await sleep(retryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const running = loop()
  await tried.promise
  return {
    async close() {
      stopping.abort()
      await running
    },
  }
}
