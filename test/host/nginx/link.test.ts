import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createActs } from '../../../src/probe/host/acts.ts'
import { createCapabilities } from '../../../src/probe/host/capabilities.ts'
import { type HostAudit, openHostAudit } from '../../../src/probe/host/host-audit.ts'
import { createActAsJob } from '../../../src/probe/host/jobs/act-as-job.ts'
import { createJobs, type Jobs } from '../../../src/probe/host/jobs/jobs.ts'
import {
  type CertificateJobs,
  createCertificateJobs,
} from '../../../src/probe/host/nginx/certificates/certificate-jobs.ts'
import { createCertificates } from '../../../src/probe/host/nginx/certificates/certificates.ts'
import { registerNginx } from '../../../src/probe/host/nginx/register.ts'
import type { Methods } from '../../../src/tree/link/methods.ts'
import { type Chain, silent, startChain } from '../../link/tree.ts'
import { until } from '../../support/until.ts'
import { freePort, get, type NginxRig, nginxRig, site } from './nginx-rig.ts'
import { type PebbleRig, pebbleRig } from './pebble-rig.ts'
import { becomeNobody } from './unprivileged.ts'

becomeNobody()

let rig: NginxRig
let chain: Chain
let pebble: PebbleRig
let audit: HostAudit
let jobs: Jobs
let certificateJobs: CertificateJobs
let nowMs: () => number

function offer(methods: Methods, grants: string[], httpsPort: number): void {
  const acts = createActs({ capabilities: createCapabilities(grants), audit })
  const certificates = createCertificates(rig.core, {
    stateDir: join(rig.root, 'state'),
    clock: () => nowMs(),
    ports: { http: rig.port, https: httpsPort },
    directoryUrl: pebble.directoryUrl,
    trustedCaFile: pebble.caFile,
    dnsWaitMs: 0,
    renewBeforeDays: 30,
  })
  certificateJobs = createCertificateJobs({ certificates, actAsJob: createActAsJob({ acts, jobs }) })
  registerNginx(methods, { acts, core: rig.core, certificates, certificateJobs })
}

const origin = { actor: 'ann', at: 'root', request_id: 'r-1' }
const ask = (method: string, params: object = {}) =>
  chain.root.links.call(chain.route, method, params, { deadlineMs: 20_000, meta: { origin } })

beforeEach(async () => {
  nowMs = Date.now
  rig = await nginxRig()
  pebble = await pebbleRig(rig.root, rig.port)
  chain = await startChain()
  audit = openHostAudit({ file: join(rig.root, 'audit.db'), clock: Date.now })
  jobs = createJobs({ file: ':memory:', clock: Date.now, ids: randomUUID, logger: silent, maxConcurrent: 2 })
})
afterEach(async () => {
  await chain?.close()
  await jobs?.stop()
  audit?.close()
  await pebble?.close()
  await rig?.close()
})

test('from the root, three hops away: start, site, broken site, certificate, and all of it in the log', async () => {
  offer(chain.leaf.methods, ['nginx'], await freePort())
  await ask('nginx.start')
  const config = site(rig.port, 'shop.test', 'shop')
  expect(await ask('nginx.create_site', { name: 'shop', config })).toMatchObject({ success: true })
  expect((await get(rig.port, 'shop.test')).body).toBe('shop')
  await expect(ask('nginx.update_site', { name: 'shop', config: 'server { nonsense; }' })).rejects.toMatchObject({
    status: 422,
    details: { line: 1, message: 'unknown directive "nonsense"' },
  })
  expect(await ask('nginx.site', { name: 'shop' })).toMatchObject({ config, enabled: true })
  await expect(ask('nginx.site', { name: '../nginx.conf' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  const { versions } = (await ask('nginx.versions', { site: 'shop' })) as { versions: { id: number }[] }
  expect(await ask('nginx.diff', { id: versions[0]!.id })).toMatchObject({ diff: '' })

  const { job_id } = (await ask('nginx.issue_certificate', { domain: 'shop.test', email: 'a@example.com' })) as {
    job_id: string
  }
  const job = await until(
    'the job is over',
    () => (jobs.get(job_id).finished_at === null ? null : jobs.get(job_id)),
    20_000,
  )
  expect(job).toMatchObject({ state: 'succeeded', error: null, result: { domain: 'shop.test', valid: true } })
  expect(job.progress.length).toBeGreaterThan(3)
  const certificate = (await ask('nginx.certificate', { domain: 'shop.test' })) as { not_after: string }
  expect(certificate).toMatchObject({ valid: true, san: ['shop.test'] })

  expect(await certificateJobs.renewDue({ origin }, expect.unreachable)).toEqual([])
  nowMs = () => Date.parse(certificate.not_after) - 86_400_000
  const node = { actor: 'cortex', at: 'leaf', request_id: 'renewal' }
  expect(await certificateJobs.renewDue({ origin: node }, expect.unreachable)).toEqual(['shop.test'])
  await until('the renewal is over', () => jobs.list({ limit: 10 }).every(({ state }) => state === 'succeeded'), 20_000)

  expect(audit.after(0, 100).map(({ actor, action, target }) => [actor, action, target])).toEqual([
    ['ann@root', 'nginx.start', null],
    ['ann@root', 'nginx.create_site', 'shop'],
    ['ann@root', 'nginx.update_site', 'shop'],
    ['ann@root', 'nginx.update_site.failed', 'shop'],
    ['ann@root', 'nginx.issue_certificate', 'shop.test'],
    ['cortex@leaf', 'nginx.renew_certificate', 'shop.test'],
  ])
})

test('without the capability a person may look and change nothing', async () => {
  offer(chain.leaf.methods, [], await freePort())
  const refusal = { code: 'FORBIDDEN', details: { capability: 'nginx' } }
  for (const verb of ['start', 'stop', 'restart', 'reload'])
    await expect(ask(`nginx.${verb}`)).rejects.toMatchObject(refusal)
  for (const verb of ['delete_site', 'enable_site', 'disable_site']) {
    await expect(ask(`nginx.${verb}`, { name: 'default' })).rejects.toMatchObject(refusal)
  }
  await expect(ask('nginx.create_site', { name: 'a', config: 'b;' })).rejects.toMatchObject(refusal)
  await expect(ask('nginx.update_site', { name: 'default', config: 'b;' })).rejects.toMatchObject(refusal)
  await expect(ask('nginx.write_config', { config: 'b;' })).rejects.toMatchObject(refusal)
  await expect(ask('nginx.restore', { id: 1 })).rejects.toMatchObject(refusal)
  await expect(ask('nginx.issue_certificate', { domain: 'a.test', email: 'a@b.test' })).rejects.toMatchObject(refusal)
  expect(await ask('nginx.status')).toMatchObject({ installed: true, running: false, sites: 1 })
  expect(await ask('nginx.sites')).toMatchObject({ sites: [{ name: 'default', enabled: true }] })
  expect(await ask('nginx.config')).toMatchObject({ path: join(rig.folder, 'nginx.conf') })
  await expect(ask('nginx.certificate', { domain: 'a.test' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
