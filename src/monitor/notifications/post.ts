import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Address, AddressGuard } from './addresses.ts'
import { DeliveryError } from './delivery-error.ts'

export interface HttpRequest {
  url: string
  headers: Record<string, string>
  body: string
}

export interface HttpAnswer {
  status: number
  headers: IncomingMessage['headers']
  /** At most 16 KiB of it. */
  text: string
}

const maxAnswerBytes = 16_384

/**
 * Posts a body to an address that the guard allows, over a connection to exactly the address that was checked. Redirects are
 * answers like others, never followed. `handOver` runs when the connection stands and before a byte of the request is
 * written; what it throws ends the attempt. Throws a DeliveryError when there is no answer.
 */
export async function post(
  { url, headers, body }: HttpRequest,
  options: { guard: AddressGuard; ca: string[] | undefined; signal: AbortSignal; handOver: () => Promise<void> },
): Promise<HttpAnswer> {
  const { guard, ca, signal, handOver } = options
  const { hostname, protocol } = new URL(url)
  const address = await guard.resolve(hostname)
  if (signal.aborted) throw tooLate()
  const isTls = protocol === 'https:'
  const begin = isTls ? tlsRequest : plainRequest
  const request = begin(url, {
    method: 'POST',
    headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
    agent: false,
    lookup: pinnedTo(address),
    signal,
    ...(ca ? { ca } : {}),
  })
  const broken = new Promise<never>((_, reject) =>
    request.on('error', (error) => reject(asDeliveryError(error, signal))),
  )
  broken.catch(() => undefined)
  try {
    await Promise.race([connected(request, isTls), broken])
    await handOver()
    const answered = new Promise<IncomingMessage>((resolve) => request.once('response', resolve))
    request.end(body)
    const response = await Promise.race([answered, broken])
    const text = await Promise.race([readAtMost(response), broken])
    return { status: response.statusCode ?? 0, headers: response.headers, text }
  } catch (error) {
    throw asDeliveryError(error, signal)
  } finally {
    request.destroy()
  }
}

/** The time of an attempt is over, or the node stops. */
export function tooLate(): DeliveryError {
  return new DeliveryError('timeout', 'the receiver did not answer in time', { retry: true })
}

/** Only the code of an error of the system: its text may hold an address with a token in it. */
export function asDeliveryError(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof DeliveryError) return error
  if (signal.aborted) return tooLate()
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
  if (code === null) return error
  return new DeliveryError('connection_failed', `the connection failed (${code})`, { retry: true })
}

function pinnedTo({ address, family }: Address): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}

async function connected(request: ClientRequest, isTls: boolean): Promise<void> {
  await new Promise<void>((resolve) =>
    request.once('socket', (socket) => socket.once(isTls ? 'secureConnect' : 'connect', () => resolve())),
  )
}

async function readAtMost(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= maxAnswerBytes) break
  }
  return Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8')
}
