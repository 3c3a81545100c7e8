import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** One request as a receiver got it. */
export interface Received {
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  text: string
  body: Record<string, unknown>
}

export interface Answer {
  status?: number
  headers?: Record<string, string>
  body?: unknown
}

/** An HTTP service on a real socket that answers as it is told; null: it never answers. */
export async function startReceiver(answer: (request: Received) => Answer | null = () => ({ body: 'ok' })) {
  const received: Received[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://receiver')
      const text = Buffer.concat(chunks).toString('utf8')
      const got = {
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        text,
        body: JSON.parse(text),
      }
      received.push(got)
      const said = answer(got)
      if (said === null) return
      response.writeHead(said.status ?? 200, { 'Content-Type': 'application/json', ...said.headers })
      response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body ?? {}))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

export interface Mail {
  from: string
  to: string[]
  text: string
  secure: boolean
  user: string | undefined
}

export const mailAccount = { user: 'alerts@example.com', password: 'mail-secret' }

/** A mail server with STARTTLS (or TLS from the start) and a login, whose certificate is for `localhost`. */
export async function startMailServer(options: {
  key: string
  cert: string
  secure?: boolean
  /** Without STARTTLS and login. */
  plain?: boolean
  refuse?: { code: number; text: string }
}) {
  const mails: Mail[] = []
  const { key, cert, secure = false, plain = false, refuse } = options
  const server = new SMTPServer({
    secure,
    key,
    cert,
    authOptional: plain,
    hideSTARTTLS: plain,
    disabledCommands: plain ? ['AUTH', 'STARTTLS'] : [],
    logger: false,
    onAuth({ username, password }, _session, done) {
      const isRight = username === mailAccount.user && password === mailAccount.password
      if (isRight) done(null, { user: username })
      else done(Object.assign(new Error('wrong password'), { responseCode: 535 }))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (refuse) {
          done(Object.assign(new Error(refuse.text), { responseCode: refuse.code }))
          return
        }
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((one) => one.address),
          text: Buffer.concat(chunks).toString('utf8'),
          secure: session.secure,
          user: session.user,
        })
        done()
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()))
  const { port } = server.server.address() as AddressInfo
  return { port, mails, close: () => new Promise<void>((closed) => server.close(() => closed())) }
}
