import { z } from 'zod'
import { PlainError } from './plain-error.ts'

/** A monitor that answered "no", with its own words. */
export class MonitorRefusal extends Error {
  readonly status: number
  readonly code: string

  constructor(init: { status: number; code: string; message: string }) {
    super(init.message)
    this.name = 'MonitorRefusal'
    this.status = init.status
    this.code = init.code
  }
}

/** How the command line speaks to a monitor: as a person with a token. */
export interface MonitorClient {
  readonly url: string
  /** The data of an answer; throws MonitorRefusal, or an Error that says why nobody answered. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>
  post<T>(path: string, body: object, schema: z.ZodType<T>): Promise<T>
  /** The access token in use; asked for anew when `renew` says that it is not good any more. */
  token(renew?: boolean): Promise<string>
}

export type Credentials = { token: string } | { username: string; password: string }

const timeoutMs = 10_000
const Answer = z.object({
  success: z.boolean(),
  data: z.unknown().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})
const Login = z.object({ access_token: z.string() })

/** A client of the monitor at `url`. Logs in when it is first needed, and again when its token has ended. */
export function createMonitorClient(url: string, credentials: Credentials): MonitorClient {
  const base = `${url.replace(/\/+$/, '')}/api/v1`
  let current: Promise<string> | null = null

  async function login(): Promise<string> {
    if ('token' in credentials) return credentials.token
    return (await send(base, { method: 'POST', path: '/auth/login', body: credentials }, Login)).access_token
  }

  function token(renew = false): Promise<string> {
    if (current === null || renew) {
      const asked = login()
      current = asked
      asked.catch(() => {
        if (current === asked) current = null
      })
    }
    return current
  }

  async function ask<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
    try {
      return await send(base, { ...request, token: await token() }, schema)
    } catch (error) {
      const mayLogIn = error instanceof MonitorRefusal && error.status === 401 && 'password' in credentials
      if (!mayLogIn) throw error
      return await send(base, { ...request, token: await token(true) }, schema)
    }
  }

  return {
    url,
    token,
    get: (path, schema) => ask({ method: 'GET', path }, schema),
    post: (path, body, schema) => ask({ method: 'POST', path, body }, schema),
  }
}

interface Request {
  method: 'GET' | 'POST'
  path: string
  body?: object
  token?: string
  apiKey?: string
}

/** One request without a login; `apiKey` speaks as a node. */
export async function send<T>(base: string, request: Request, schema: z.ZodType<T>): Promise<T> {
  const { method, path, body, token, apiKey } = request
  let response: Response
  let text: string
  try {
    response = await fetch(`${base}${path}`, {
      method,
      headers: {
        'accept-language': 'en',
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(apiKey && { 'x-api-key': apiKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    text = await response.text()
  } catch (error) {
    throw new PlainError(`${new URL(base).origin} cannot be reached: ${whyUnreachable(error)}`, error)
  }
  const answer = Answer.safeParse(jsonOrNull(text))
  if (!answer.success) {
    throw new PlainError(
      `${new URL(base).origin} is no Cortex monitor: it answered ${response.status} without our envelope`,
    )
  }
  const { data, error } = answer.data
  if (error || !response.ok) {
    const { code, message } = error ?? { code: 'UNKNOWN', message: `status ${response.status}` }
    throw new MonitorRefusal({ status: response.status, code, message })
  }
  return schema.parse(data)
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nobody listens at this address; is the node running?',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name service does not answer',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to its network',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no answer in time; does a firewall stand between?',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time; does a firewall stand between?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its TLS certificate is self-signed; trust it with NODE_EXTRA_CA_CERTS=<file>',
  SELF_SIGNED_CERT_IN_CHAIN: 'its TLS certificate is of an unknown authority; trust it with NODE_EXTRA_CA_CERTS=<file>',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its TLS certificate is of an unknown authority; is the chain complete?',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS; try http://',
  EPROTO: 'no TLS came about: it does not speak TLS (then try http://), or none that this host knows',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS; try http://',
}

/** Why a request got no answer, in plain words. */
export function whyUnreachable(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`
  let last = 'no reason was given'
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
    if (code !== undefined && code !== 'TIMEOUT') return reasons[code] ?? code
    last = cause.message
  }
  return last === 'bad port' ? 'this port is never used for HTTP' : last
}

/** What a text says as JSON, or null when it is none. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
