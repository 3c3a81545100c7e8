import { Agent } from 'node:https'
import { rootCertificates } from 'node:tls'
import type { Authorization, Client } from 'acme-client'
import { AppError, serviceUnavailable } from '../../../../contract/errors.ts'
import { certificateRefused } from '../nginx.errors.ts'
import { newPrivateKey } from './account-key.ts'

/** What proves one name: a token to answer with over HTTP, or a value for a TXT record. */
export interface Proof {
  domain: string
  token: string
  /** The key authorization for http-01; its digest for dns-01. */
  value: string
}

export interface AcmeOrder {
  directoryUrl: string
  /** PEM of a further authority to trust when talking to the directory. */
  trustedCa: string | undefined
  accountKey: string
  email: string
  /** The first one is the common name. */
  names: readonly string[]
  challenge: 'http-01' | 'dns-01'
  /** Makes the proofs visible; `remove` takes them away again, also when `put` failed half-way. */
  put(proofs: readonly Proof[]): Promise<void>
  remove(proofs: readonly Proof[]): Promise<void>
  say(text: string): void
  signal: AbortSignal
}

const REQUEST_TIMEOUT_MS = 30_000
const MAX_ANSWER_BYTES = 1_048_576
/** Together about a minute and a half of asking whether the authority has looked. */
const patience = { backoffAttempts: 20, backoffMin: 250, backoffMax: 5_000 }
/** Of a request that fails on the way or is told to wait: 2 s, then 4 s later, unless `Retry-After` says otherwise. */
const retries = { retryMaxAttempts: 2, retryDefaultDelay: 2 }

/** Orders a certificate by ACME (RFC 8555). Throws 422 with the authority's words, 503 when it cannot be reached. */
export async function orderCertificate(order: AcmeOrder): Promise<{ key: string; chain: string }> {
  // The client hides what broke a request behind a TypeError of its own; only its log has the reason.
  let lost: string | undefined
  try {
    return await ordered(order, (line) => {
      lost = /^Caught (?!HTTP )(\S+), retry attempt/.exec(line)?.[1] ?? lost
    })
  } catch (error) {
    order.signal.throwIfAborted()
    if (error instanceof AppError) throw error
    if (lost !== undefined && error instanceof TypeError) {
      throw serviceUnavailable(
        `无法连接证书颁发机构 ${order.directoryUrl}（${lost}）`,
        `the certificate authority ${order.directoryUrl} cannot be reached (${lost})`,
        { cause: error },
      )
    }
    const why = error instanceof Error ? error.message.slice(0, 1_000) : String(error)
    throw certificateRefused(order.names[0] ?? '', why, error)
  }
}

async function ordered(
  { names, signal, say, ...order }: AcmeOrder,
  onLog: (line: string) => void,
): Promise<{ key: string; chain: string }> {
  // 2 MB of code that most nodes never need.
  const acme = await import('acme-client')
  acme.setLogger(onLog)
  acme.axios.defaults.timeout = REQUEST_TIMEOUT_MS
  acme.axios.defaults.maxContentLength = MAX_ANSWER_BYTES
  Object.assign(acme.axios.defaults, { acmeSettings: retries })
  const ca = order.trustedCa === undefined ? undefined : [...rootCertificates, order.trustedCa]
  acme.axios.defaults.httpsAgent = new Agent({ ca, keepAlive: false })
  const client = new acme.Client({ directoryUrl: order.directoryUrl, accountKey: order.accountKey, ...patience })

  say(`account at ${new URL(order.directoryUrl).host}`)
  await client.createAccount({ termsOfServiceAgreed: true, contact: [`mailto:${order.email}`] })
  signal.throwIfAborted()
  say(`order for ${names.join(', ')}`)
  const placed = await client.createOrder({ identifiers: names.map((value) => ({ type: 'dns', value })) })
  const open = (await client.getAuthorizations(placed)).filter(({ status }) => status !== 'valid')
  if (open.length > 0) await prove(client, open, { ...order, say, signal })
  signal.throwIfAborted()
  say('all names are proven; the certificate is being made')
  const key = newPrivateKey()
  const [, request] = await acme.crypto.createCsr({ commonName: names[0], altNames: [...names] }, key)
  const finished = await client.finalizeOrder(placed, request)
  return { key, chain: await client.getCertificate(finished) }
}

async function prove(
  client: Client,
  open: readonly Authorization[],
  order: Pick<AcmeOrder, 'challenge' | 'put' | 'remove' | 'say' | 'signal'>,
): Promise<void> {
  const challenges = open.map((authorization) => {
    const challenge = authorization.challenges.find(({ type }) => type === order.challenge)
    if (!challenge) throw new Error(`the authority offers no ${order.challenge} for ${authorization.identifier.value}`)
    return { challenge, domain: authorization.identifier.value }
  })
  const proofs: Proof[] = []
  for (const { challenge, domain } of challenges) {
    proofs.push({ domain, token: challenge.token, value: await client.getChallengeKeyAuthorization(challenge) })
  }
  try {
    order.say(`showing the ${order.challenge} proof of ${proofs.map(({ domain }) => domain).join(', ')}`)
    await order.put(proofs)
    order.signal.throwIfAborted()
    for (const { challenge } of challenges) await client.completeChallenge(challenge)
    order.say('the authority looks')
    for (const { challenge } of challenges) {
      await client.waitForValidStatus(challenge)
      order.signal.throwIfAborted()
    }
  } finally {
    await order.remove(proofs)
  }
}
