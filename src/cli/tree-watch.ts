import { createWaker } from '../lib/waker.ts'
import { followEvents } from './event-stream.ts'
import { MonitorRefusal, type MonitorClient } from './monitor-client.ts'
import { printable } from './printable.ts'

/** Ages grow without any event. */
const refreshMs = 5_000
/** Many changes of one moment are shown together. */
const gatherMs = 250
const clearScreen = '\u001b[H\u001b[2J\u001b[3J'

/**
 * Shows the tree again whenever something changes, until Ctrl-C. On a terminal it is drawn in place; elsewhere a text that
 * differs from the one before follows it. A monitor that is away is waited for; a refusal ends it.
 */
export async function watchTree(use: {
  client: MonitorClient
  show: () => Promise<string>
  out: (text: string) => void
  onTerminal: boolean
}): Promise<void> {
  const { client, show, out, onTerminal } = use
  const stopping = new AbortController()
  const waker = createWaker()
  const stop = (): void => {
    stopping.abort()
    waker.wake()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
  let shown = await show()
  out(onTerminal ? clearScreen + shown : shown)
  const following = followEvents({
    url: client.url,
    token: (renew) => client.token(renew),
    onEvent: ({ type }) => {
      if (type !== 'report_received') waker.wake()
    },
    signal: stopping.signal,
  })
  while (!stopping.signal.aborted) {
    await waker.wait(refreshMs)
    if (stopping.signal.aborted) break
    await new Promise((resolve) => setTimeout(resolve, gatherMs))
    const next = await showOrSay(show)
    if (onTerminal) out(clearScreen + next)
    else if (withoutAges(next) !== withoutAges(shown)) out(next)
    shown = next
  }
  await following
}

async function showOrSay(show: () => Promise<string>): Promise<string> {
  try {
    return await show()
  } catch (error) {
    if (error instanceof MonitorRefusal) throw error
    return `${printable(error instanceof Error ? error.message : String(error))}\n`
  }
}

function withoutAges(text: string): string {
  return text.replace(/ · seen \d+ \w+ ago/g, '').replace(/ +$/gm, '')
}
