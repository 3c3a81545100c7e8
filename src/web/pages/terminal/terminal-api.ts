import type {
  TerminalDeleteAnswer,
  TerminalFolder,
  TerminalSession,
  TerminalSessionList,
} from '../../../contract/operations/terminal.ts'
import { socketUrl } from '../../api/socket-url.ts'
import { client, oneTimeTicket } from '../../app-state.ts'
import type { Found, Wire, WireListener } from './terminal-link.ts'

const sessionsOf = (serverId: number) => `/api/servers/${serverId}/terminal/sessions`

export const createSession = (serverId: number, workingDir: string | undefined) =>
  client.call<typeof TerminalSession>('POST', sessionsOf(serverId), {
    body: workingDir === undefined ? {} : { working_dir: workingDir },
  })
export const listSessions = (serverId: number, signal: AbortSignal) =>
  client.get<typeof TerminalSessionList>(sessionsOf(serverId), {}, signal)
export const endSession = (serverId: number, session: string) =>
  client.call<typeof TerminalDeleteAnswer>('DELETE', `${sessionsOf(serverId)}/${session}`)
export const whereIs = (serverId: number, session: string) =>
  client.call<typeof TerminalFolder>('GET', `${sessionsOf(serverId)}/${session}/working-directory`)

/** Whether the session is still there, before a socket is asked for: a socket cannot say why it was refused. */
export async function findSession(serverId: number, session: string): Promise<Found> {
  const outcome = await client.call<typeof TerminalSession>('GET', `${sessionsOf(serverId)}/${session}`)
  if (outcome.ok) return { is: 'there' }
  const { status, message } = outcome.failure
  if (status === 404) return { is: 'gone' }
  return status === 401 || status === 403 ? { is: 'refused', message } : { is: 'away', message }
}

/**
 * The socket of a session. A session made this moment opens by its id alone; later ones bring a ticket, because the monitor
 * may have been restarted since, and send away who is still attached: mostly our own socket from before.
 */
export async function openTerminalSocket(
  serverId: number,
  session: string,
  again: boolean,
  listener: WireListener,
): Promise<Wire> {
  const url = socketUrl(`/ws/servers/${serverId}/terminal`)
  url.searchParams.set('session', session)
  if (again) {
    url.searchParams.set('take_over', 'true')
    url.searchParams.set('ticket', await oneTimeTicket())
  }
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', () => listener.opened())
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') listener.text(data)
    else if (data instanceof ArrayBuffer) listener.bytes(new Uint8Array(data))
  })
  socket.addEventListener('close', () => listener.closed())
  return {
    sendText: (text) => socket.readyState === WebSocket.OPEN && socket.send(text),
    sendBytes: (bytes) => socket.readyState === WebSocket.OPEN && socket.send(bytes),
    close: () => socket.close(),
  }
}
