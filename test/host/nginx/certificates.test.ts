import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type CertificateOptions,
  type Certificates,
  createCertificates,
} from '../../../src/probe/host/nginx/certificates/certificates.ts'
import { createHttpChallenge } from '../../../src/probe/host/nginx/certificates/http-challenge.ts'
import { createSites, type Sites } from '../../../src/probe/host/nginx/sites/sites.ts'
import { freePort, get, type NginxRig, nginxRig, site } from './nginx-rig.ts'
import { type PebbleRig, pebbleRig } from './pebble-rig.ts'
import { becomeNobody } from './unprivileged.ts'

becomeNobody()

const email = 'ops@example.com'
const day = 86_400_000
let rig: NginxRig
let pebble: PebbleRig
let sites: Sites
let httpsPort: number
let said: string[]
let nowMs: () => number

const issuing = () => ({ say: (text: string) => void said.push(text), signal: new AbortController().signal })

function certificatesWith(over: Partial<CertificateOptions> = {}): Certificates {
  return createCertificates(rig.core, {
    stateDir: join(rig.root, 'state'),
    clock: () => nowMs(),
    ports: { http: rig.port, https: httpsPort },
    directoryUrl: pebble.directoryUrl,
    trustedCaFile: pebble.caFile,
    dnsWaitMs: 0,
    renewBeforeDays: 30,
    ...over,
  })
}

/** What a visitor is shown, checked against the authority. */
async function shown(domain: string): Promise<{ serial: string; authorized: boolean; names: string | undefined }> {
  const ca = await pebble.root()
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: '127.0.0.1', port: httpsPort, servername: domain, ca, rejectUnauthorized: false },
      () => {
        const { serialNumber, subjectaltname } = socket.getPeerCertificate()
        resolve({ serial: serialNumber, authorized: socket.authorized, names: subjectaltname })
        socket.destroy()
      },
    )
    socket.on('error', reject)
  })
}

beforeEach(async () => {
  said = []
  nowMs = Date.now
  rig = await nginxRig()
  httpsPort = await freePort()
  pebble = await pebbleRig(rig.root, rig.port)
  sites = createSites(rig.core)
  await rig.start()
})
afterEach(async () => {
  await pebble?.close()
  await rig?.close()
})

test('a certificate is issued over http-01 for a plain site, installed, shown and leaves no challenge behind', async () => {
  // A server-wide redirect, as most sites have it, must not hide the proof.
  const config = `server {\n listen 127.0.0.1:${rig.port};\n server_name shop.test www.shop.test;\n return 301 https://$host$request_uri; }\n`
  await sites.create({ name: 'shop', config, enabled: true })
  const certificates = certificatesWith()
  await expect(certificates.read('shop.test')).rejects.toMatchObject({ code: 'NOT_FOUND' })

  const issued = await certificates.issue(
    { domain: 'shop.test', names: ['www.shop.test'], email, challenge: 'http-01' },
    issuing(),
  )
  expect(issued).toMatchObject({
    domain: 'shop.test',
    valid: true,
    san: ['shop.test', 'www.shop.test'],
    path: join(rig.folder, 'cortex-certificates/shop.test/live/fullchain.pem'),
  })
  expect(issued.issuer).toContain('Pebble')
  expect(issued.days_left).toBeGreaterThan(0)
  expect(await shown('shop.test')).toMatchObject({ authorized: true, names: 'DNS:shop.test, DNS:www.shop.test' })
  const key = join(rig.folder, 'cortex-certificates/shop.test/live/privkey.pem')
  expect(statSync(key).mode & 0o777).toBe(0o600)
  const accounts = readdirSync(join(rig.root, 'state/acme'))
  expect(accounts).toHaveLength(1)
  expect(statSync(join(rig.root, 'state/acme', accounts[0]!)).mode & 0o777).toBe(0o600)
  expect(rig.read('sites-available/shop')).not.toContain('acme-challenge')
  expect(rig.read('sites-available/shop')).toContain(`listen 127.0.0.1:${httpsPort} ssl;`)
  expect((await get(rig.port, 'shop.test')).status).toBe(301)
  expect(await certificates.due()).toEqual([])
  expect(said.join('\n')).toContain('http-01')
})

test('renewal puts a new certificate in force by one link, keeps its names and its site text', async () => {
  await sites.create({ name: 'shop', config: site(rig.port, 'shop.test www.shop.test', 'shop'), enabled: true })
  const certificates = certificatesWith()
  await certificates.issue({ domain: 'shop.test', names: ['www.shop.test'], email, challenge: 'http-01' }, issuing())
  const first = await shown('shop.test')
  const text = rig.read('sites-available/shop')
  const { not_after } = await certificates.read('shop.test')
  nowMs = () => Date.parse(not_after) - 29 * day
  const [due] = await certificates.due()
  expect(due).toMatchObject({ domain: 'shop.test', failures: 0 })

  await certificates.renew(due!, issuing())
  const second = await shown('shop.test')
  expect(second).toMatchObject({ authorized: true, names: first.names })
  expect(second.serial).not.toBe(first.serial)
  expect(rig.read('sites-available/shop')).toBe(text)
  expect(readdirSync(join(rig.folder, 'cortex-certificates/shop.test'))).toHaveLength(3)

  // Asked for again without names: what the present certificate covers is not lost.
  nowMs = Date.now
  await certificates.issue({ domain: 'shop.test', email, challenge: 'http-01' }, issuing())
  expect((await shown('shop.test')).names).toBe(first.names)
  for (let round = 0; round < 2; round += 1) {
    await certificates.issue({ domain: 'shop.test', email, challenge: 'http-01' }, issuing())
  }
  expect(readdirSync(join(rig.folder, 'cortex-certificates/shop.test')).length).toBeLessThanOrEqual(4)
})

test('a renewal that fails leaves the certificate in force and waits before the next try', async () => {
  await sites.create({ name: 'shop', config: site(rig.port, 'shop.test', 'shop'), enabled: true })
  const certificates = certificatesWith()
  await certificates.issue({ domain: 'shop.test', email, challenge: 'http-01' }, issuing())
  const { not_after } = await certificates.read('shop.test')
  nowMs = () => Date.parse(not_after) - day
  const [due] = await certificates.due()
  await pebble.close()
  const abort = new AbortController()
  const failing = certificates.renew(due!, { say: () => undefined, signal: abort.signal })
  await expect(failing).rejects.toMatchObject({ status: 503 })
  expect(await certificates.read('shop.test')).toMatchObject({ not_after })
  expect(await certificates.due()).toEqual([])
  nowMs = () => Date.parse(not_after) - day + 3_600_001
  expect(await certificates.due()).toMatchObject([{ failures: 1 }])
  expect(rig.read('sites-available/shop')).not.toContain('acme-challenge')
})

test('a site whose port 80 nobody serves gets one for the time of the challenge', async () => {
  const tlsOnly = `server { listen 127.0.0.1:${httpsPort} ssl; server_name only.test; ssl_certificate ${rig.root}/pebble-ca.pem; ssl_certificate_key ${rig.root}/pebble-key.pem; }`
  await sites.create({ name: 'only', config: tlsOnly, enabled: true })
  await sites.disable('default')
  await certificatesWith().issue({ domain: 'only.test', email, challenge: 'http-01' }, issuing())
  expect(await shown('only.test')).toMatchObject({ authorized: true })
  expect(readdirSync(join(rig.folder, 'sites-enabled'))).toEqual(['only'])
})

test('dns-01 through a command, also for a wildcard', async () => {
  await sites.create({ name: 'wild', config: site(rig.port, '*.wild.test wild.test', 'wild'), enabled: true })
  const hook = join(rig.root, 'hook.mjs')
  writeFileSync(
    hook,
    `import { appendFileSync } from 'node:fs'
const [verb, name, value] = process.argv.slice(2)
appendFileSync('${rig.root}/hook.log', verb + ' ' + name + '\\n')
const body = JSON.stringify(verb === 'add' ? { host: name + '.', value } : { host: name + '.' })
const { status } = await fetch('http://127.0.0.1:${pebble.dnsManagement}/' + (verb === 'add' ? 'set-txt' : 'clear-txt'), { method: 'POST', body })
process.exit(status === 200 ? 0 : 1)
`,
  )
  const certificates = certificatesWith({ dnsHook: [process.execPath, hook] })
  await certificates.issue({ domain: '*.wild.test', email, challenge: 'dns-01' }, issuing())
  expect(await shown('deep.wild.test')).toMatchObject({ authorized: true, names: 'DNS:*.wild.test' })
  expect(await certificates.read('*.wild.test')).toMatchObject({ valid: true })
  expect(readFileSync(join(rig.root, 'hook.log'), 'utf8').split('\n').slice(0, 2)).toEqual([
    'add _acme-challenge.wild.test',
    'remove _acme-challenge.wild.test',
  ])
})

test('what cannot work is refused with its reason, and nothing stays behind', async () => {
  await sites.create({ name: 'shop', config: site(rig.port, 'shop.test', 'shop'), enabled: true })
  const text = rig.read('sites-available/shop')
  const certificates = certificatesWith()
  const asked = (over: object) =>
    certificates.issue({ domain: 'shop.test', email, challenge: 'http-01', ...over }, issuing())
  await expect(asked({ domain: 'nobody.test' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(asked({ domain: '*.shop.test' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  await expect(asked({ challenge: 'dns-01' })).rejects.toMatchObject({ code: 'CONFLICT' })
  const elsewhere = certificatesWith({ ports: { http: await freePort(), https: httpsPort } })
  const unseen = elsewhere.issue({ domain: 'shop.test', email, challenge: 'http-01' }, issuing())
  await expect(unseen).rejects.toMatchObject({
    code: 'UNPROCESSABLE',
    details: { reason: expect.stringContaining('key authorization') },
  })
  const untrusting = certificatesWith({ trustedCaFile: undefined })
  const untrusted = untrusting.issue({ domain: 'shop.test', email, challenge: 'http-01' }, issuing())
  await expect(untrusted).rejects.toMatchObject({ status: 503 })
  expect(rig.read('sites-available/shop')).toBe(text)
  expect(existsSync(join(rig.folder, 'sites-enabled/cortex-acme'))).toBe(false)
  expect(existsSync(join(rig.folder, 'cortex-certificates'))).toBe(false)
  expect(await untrusting.due()).toEqual([])
})

test('challenges of a node that died are taken out at its next start', async () => {
  await sites.create({ name: 'shop', config: site(rig.port, 'shop.test', 'shop'), enabled: true })
  const text = rig.read('sites-available/shop')
  await createHttpChallenge(rig.core, rig.port).put([{ domain: 'shop.test', token: 'tok', value: 'tok.sum' }])
  expect(await get(rig.port, 'shop.test', '/.well-known/acme-challenge/tok')).toEqual({ status: 200, body: 'tok.sum' })
  await certificatesWith().recover()
  expect(rig.read('sites-available/shop')).toBe(text)
  expect((await get(rig.port, 'shop.test', '/.well-known/acme-challenge/tok')).body).toBe('shop')
  expect(readlinkSync(join(rig.folder, 'sites-enabled/shop'))).toBe('../sites-available/shop')
})
