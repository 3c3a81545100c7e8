import { X509Certificate, createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../../contract/errors.ts'
import type { IssueCertificate, NginxCertificate } from '../../../../contract/operations/nginx.ts'
import { createTurns } from '../changing/turns.ts'
import { certificateRefused, certificateUnknown, noDnsHook, wildcardNeedsDns } from '../nginx.errors.ts'
import type { NginxCore } from '../nginx-core.ts'
import { accountKey } from './account-key.ts'
import { type Proof, orderCertificate } from './acme.ts'
import { certificateFacts } from './certificate-facts.ts'
import { createDnsChallenge } from './dns-challenge.ts'
import { createHttpChallenge } from './http-challenge.ts'
import { blocksToInstall, installCertificate, namesToKeep, type Ports } from './installing.ts'
import { presentCertificate } from './present-certificate.ts'
import { type Renewal, renewDue } from './renewal.ts'
import { createRenewalStore } from './renewal-store.ts'

export interface CertificateOptions {
  /** A folder of this node: account keys, and what is renewed. */
  stateDir: string
  clock: () => number
  ports: Ports
  /** ACME directory where a request names none. */
  directoryUrl: string
  /** PEM file of a further authority to trust when talking to the directory. */
  trustedCaFile?: string | undefined
  /** Program and arguments for dns-01; absent: dns-01 is refused. */
  dnsHook?: readonly string[] | undefined
  dnsWaitMs: number
  renewBeforeDays: number
}

export interface Issuing {
  say(text: string): void
  signal: AbortSignal
}

/** Certificates of the host's nginx: looked at, issued, renewed. */
export interface Certificates {
  /** Throws NOT_FOUND when no site shows one for the domain. */
  read(domain: string): Promise<NginxCertificate>
  /** Refuses at once what `issue` could not do. */
  check(wanted: IssueCertificate): Promise<void>
  /** Orders, proves, installs, reloads; from then on it is renewed. One at a time. */
  issue(wanted: IssueCertificate, issuing: Issuing): Promise<NginxCertificate>
  /** Certificates that are to be renewed now. */
  due(): Promise<Renewal[]>
  /** Renews one; a failure is remembered so that the next try waits, and thrown. */
  renew(renewal: Renewal, issuing: Issuing): Promise<NginxCertificate>
  /** Once at start: takes out challenges that this node died with. */
  recover(): Promise<void>
}

const MAX_WAITING_ORDERS = 50

export function createCertificates(core: NginxCore, options: CertificateOptions): Certificates {
  const { clock } = options
  const turns = createTurns({ maxWaiting: MAX_WAITING_ORDERS })
  const store = createRenewalStore(join(options.stateDir, 'certificates.json'))
  const http = createHttpChallenge(core, options.ports.http)
  const dns = options.dnsHook && createDnsChallenge({ hook: options.dnsHook, waitMs: options.dnsWaitMs })

  async function check({ domain, challenge, names = [] }: IssueCertificate): Promise<void> {
    if (challenge === 'dns-01' && !dns) throw noDnsHook()
    const wildcard = [domain, ...names].find((name) => name.startsWith('*.'))
    if (challenge === 'http-01' && wildcard !== undefined) throw wildcardNeedsDns(wildcard)
    await blocksToInstall(core, domain)
  }

  function proving(challenge: IssueCertificate['challenge'], signal: AbortSignal) {
    if (challenge === 'http-01') return http
    if (!dns) throw noDnsHook()
    return {
      put: (proofs: readonly Proof[]) => dns.put(proofs, signal),
      remove: (proofs: readonly Proof[]) => dns.remove(proofs),
    }
  }

  async function issueNow(wanted: IssueCertificate, { say, signal }: Issuing): Promise<NginxCertificate> {
    await check(wanted)
    const { domain, challenge } = wanted
    const others = wanted.names ?? (await namesToKeep(core, domain, challenge === 'dns-01'))
    const names = [...new Set([domain, ...others])]
    const directoryUrl = wanted.directory_url ?? options.directoryUrl
    const pems = await orderCertificate({
      directoryUrl,
      trustedCa: options.trustedCaFile === undefined ? undefined : await readFile(options.trustedCaFile, 'utf8'),
      accountKey: await accountKey(join(options.stateDir, 'acme'), directoryUrl),
      email: wanted.email,
      names,
      challenge,
      ...proving(challenge, signal),
      say,
      signal,
    })
    const certificate = new X509Certificate(pems.chain)
    if (!certificate.checkPrivateKey(createPrivateKey(pems.key)))
      throw certificateRefused(domain, 'the authority answered with a certificate for another key')
    say('the certificate has come; installing it')
    signal.throwIfAborted()
    say(await installCertificate(core, { domain, issue: issueName(clock()), pems, ports: options.ports }))
    await store.put({
      domain,
      names,
      email: wanted.email,
      challenge,
      directory_url: wanted.directory_url ?? null,
      not_before_ms: Date.parse(certificate.validFrom),
      not_after_ms: Date.parse(certificate.validTo),
      last_tried_ms: clock(),
      failures: 0,
    })
    return read(domain)
  }

  async function read(domain: string): Promise<NginxCertificate> {
    const present = await presentCertificate(core, domain)
    if (!present) throw certificateUnknown(domain)
    return certificateFacts(present.pem, domain, present.path, clock())
  }

  return {
    read,
    check,
    issue: (wanted, issuing) => turns.take(() => issueNow(wanted, issuing), issuing.signal),
    async due() {
      const now = clock()
      return (await store.list()).filter((renewal) => renewDue(renewal, now, options.renewBeforeDays) === 'due')
    },
    renew: (renewal, issuing) =>
      turns.take(async () => {
        const { domain, email, challenge, directory_url, names } = renewal
        const wanted = { domain, email, challenge, names, directory_url: directory_url ?? undefined }
        try {
          return await issueNow(wanted, issuing)
        } catch (error) {
          await store.put({ ...renewal, last_tried_ms: clock(), failures: renewal.failures + 1 })
          throw error
        }
      }, issuing.signal),
    async recover() {
      if (await isInstalled(core)) await http.remove()
    },
  }
}

async function isInstalled({ files }: NginxCore): Promise<boolean> {
  try {
    await files.main()
    return true
  } catch (error) {
    if (error instanceof AppError && (error.status === 503 || error.status === 404)) return false
    throw error
  }
}

/** Sorts by time: `20261121T101500123Z`. */
const issueName = (nowMs: number): string => new Date(nowMs).toISOString().replace(/[-:.]/g, '')
