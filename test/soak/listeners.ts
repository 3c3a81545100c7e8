import { WebSocket } from 'ws'
import { pause } from './pause.ts'
import type { Tally } from './tally.ts'
import type { World } from './world.ts'

const againMs = 500
/** The tree is never quiet for so long while its root runs. */
const maxSilenceMs = 90_000
const lookMs = 1_000

/** Somebody with an open event socket of the root, who connects again when it is lost. */
export async function listen(
  world: World,
  { signal, tally, violation }: { signal: AbortSignal; tally: Tally; violation: (what: string) => void },
): Promise<void> {
  while (!signal.aborted) {
    const ticket = await freshTicket(world)
    if (ticket !== null) await hear(`${world.root.url.replace('http', 'ws')}/ws?ticket=${ticket}`)
    await pause(againMs, signal)
  }

  async function hear(address: string): Promise<void> {
    const socket = new WebSocket(address)
    const closed = new AbortController()
    let heardMs = performance.now()
    socket.on('open', () => tally.add('sockets opened'))
    socket.on('message', () => {
      heardMs = performance.now()
      tally.add('events heard')
    })
    // What went wrong shows as 'close'.
    socket.on('error', () => undefined)
    socket.on('close', () => closed.abort())
    const over = AbortSignal.any([closed.signal, signal])
    while (!over.aborted) {
      await pause(lookMs, over)
      const silentMs = performance.now() - heardMs
      if (socket.readyState !== socket.OPEN || silentMs < maxSilenceMs) continue
      violation(`an open event socket of the root was silent for ${Math.round(silentMs / 1000)} s`)
      break
    }
    socket.terminate()
  }
}

/** Null while the root is away. */
async function freshTicket(world: World): Promise<string | null> {
  try {
    const { status, body } = await world.root.api.post('/auth/ws-ticket')
    return status === 200 ? (body as { data: { ticket: string } }).data.ticket : null
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}
