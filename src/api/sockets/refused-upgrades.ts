import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

type Fetch<Env> = (request: Request, env: Env) => Response | Promise<Response>

const maxWaitMs = 1_000

/**
 * Wraps an app's `fetch` for `serve`: a request for a socket that is refused gets its whole answer. The server adapter
 * would send the status alone, without the body that says why.
 */
export function answerRefusedUpgrades<Env extends object>(fetch: Fetch<Env>): Fetch<Env> {
  async function upgrade(incoming: IncomingMessage, request: Request, env: Env): Promise<Response> {
    const response = await fetch(request, env)
    if (response.status >= 400) await answer(incoming.socket, response)
    return response
  }

  return (request, env) => {
    const incoming = upgradeOf(env)
    return incoming ? upgrade(incoming, request, env) : fetch(request, env)
  }
}

/** Only for an upgrade the adapter hands over no `outgoing`. */
function upgradeOf(env: object): IncomingMessage | null {
  if (!('wss' in env) || !('incoming' in env) || ('outgoing' in env && env.outgoing)) return null
  return env.incoming as IncomingMessage
}

async function answer(socket: Socket, response: Response): Promise<void> {
  if (socket.destroyed) return
  const body = Buffer.from(await response.clone().arrayBuffer())
  const headers = new Headers(response.headers)
  headers.set('Connection', 'close')
  headers.set('Content-Length', String(body.byteLength))
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`)
  const head = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, maxWaitMs)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.end(Buffer.concat([Buffer.from(head), body]), resolve)
  })
  // The adapter leaves a connection alone that has ended.
  socket.destroy()
}
