import { type ClientOptions, WebSocket } from 'ws'
import { expect, vi } from 'vitest'

export interface Message {
  type: string
  data?: Record<string, unknown>
  timestamp: string
}

export interface SocketOptions extends ClientOptions {
  protocols?: string[]
}

/** A connected client that keeps what it gets. */
export interface EventClient {
  raw: WebSocket
  messages: Message[]
  /** Rejects after 20 s. */
  closed(): Promise<{ code: number; reason: string }>
  /** Sends an object as JSON, anything else as it is. */
  send(message: unknown): void
  /** The first message of that type from now on that was not taken before. */
  next(type: string): Promise<Message>
  /** Waits until everything sent to the client before has arrived. */
  settled(): Promise<void>
}

/** Opens a socket; rejects with the HTTP answer when it is refused. */
export async function openSocket(
  url: string,
  { protocols = [], ...options }: SocketOptions = {},
): Promise<EventClient> {
  const raw = new WebSocket(url, protocols, options)
  const messages: Message[] = []
  const taken = new Set<Message>()
  let end: { code: number; reason: string } | undefined
  raw.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString('utf8')) as Message))
  raw.on('close', (code, reason) => (end = { code, reason: reason.toString() }))
  await new Promise<void>((resolve, reject) => {
    raw.once('open', resolve)
    raw.once('error', reject)
  })
  raw.on('error', () => undefined)

  const client: EventClient = {
    raw,
    messages,
    closed: () => vi.waitFor(() => end ?? Promise.reject(new Error('still open')), { timeout: 20_000, interval: 5 }),
    send: (message) =>
      raw.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)),
    next: (type) =>
      vi.waitFor(
        () => {
          const found = messages.find((message) => message.type === type && !taken.has(message))
          if (!found) throw new Error(`no ${type} among ${JSON.stringify(messages.slice(-5))}`)
          taken.add(found)
          return found
        },
        { timeout: 20_000, interval: 5 },
      ),
    async settled() {
      client.send({ type: 'ping' })
      await client.next('pong')
    },
  }
  return client
}

/** The answer to a request for a socket that is refused. */
export async function refusal(url: string, { protocols = [], ...options }: SocketOptions = {}) {
  const raw = new WebSocket(url, protocols, options)
  raw.on('error', () => undefined)
  const [status, headers, text] = await new Promise<[number, NodeJS.Dict<string | string[]>, string]>(
    (resolve, reject) => {
      raw.once('open', () => reject(new Error('the socket opened')))
      raw.once('unexpected-response', (_, response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve([response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString()]),
        )
      })
    },
  )
  raw.terminate()
  expect(headers['content-type']).toBe('application/json')
  return {
    status,
    headers,
    body: JSON.parse(text) as {
      success: boolean
      error: { code: string; message: string; details: object }
      timestamp: string
    },
  }
}
