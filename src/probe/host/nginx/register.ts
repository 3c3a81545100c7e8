import { z } from 'zod'
import {
  CertificateJob,
  CreateNginxSite,
  IssueCertificate,
  ListNginxVersions,
  NamedDomain,
  NamedSite,
  NginxCertificate,
  NginxConfig,
  NginxDiff,
  NginxOutcome,
  NginxSiteDetail,
  NginxSites,
  NginxStatus,
  NginxVersions,
  UpdateNginxSite,
  VersionId,
  WriteNginxConfig,
} from '../../../contract/operations/nginx.ts'
import type { CallContext, Methods } from '../../../tree/link/methods.ts'
import type { Acts } from '../acts.ts'
import type { CertificateJobs } from './certificates/certificate-jobs.ts'
import type { Certificates } from './certificates/certificates.ts'
import { etagOf } from './etag.ts'
import { readMainConfig, writeMainConfig } from './main-config.ts'
import type { NginxCore } from './nginx-core.ts'
import { createSites } from './sites/sites.ts'
import { readStatus } from './status.ts'
import { createVersionHistory } from './version-history.ts'

export interface NginxParts {
  acts: Acts
  core: NginxCore
  certificates: Certificates
  certificateJobs: CertificateJobs
}

const Nothing = z.object({})

/**
 * `nginx.status`, `start`, `stop`, `restart`, `reload`, `config`, `write_config`, `sites`, `site`, `create_site`,
 * `update_site`, `delete_site`, `enable_site`, `disable_site`, `versions`, `diff`, `restore`, `certificate`, `issue_certificate`. Looking needs no
 * capability.
 */
export function registerNginx(methods: Methods, parts: NginxParts): void {
  const { acts, core, certificates } = parts
  const sites = createSites(core)
  const history = createVersionHistory(core)

  /** A method that changes something: allowed, logged, done. */
  function acting<P extends z.ZodType>(
    verb: string,
    params: P,
    about: (params: z.output<P>) => { target: string | null; details?: Record<string, unknown> },
    work: (params: z.output<P>, signal: AbortSignal) => Promise<NginxOutcome>,
  ): void {
    const name = `nginx.${verb}`
    const handle = (given: z.output<P>, { meta, signal }: CallContext) =>
      acts.run(meta, { capability: 'nginx', action: name, ...about(given) }, () => work(given, signal))
    methods.register({ name, params, result: NginxOutcome, handle })
  }

  methods.register({ name: 'nginx.status', params: Nothing, result: NginxStatus, handle: () => readStatus(core) })
  methods.register({ name: 'nginx.config', params: Nothing, result: NginxConfig, handle: () => readMainConfig(core) })
  methods.register({
    name: 'nginx.sites',
    params: Nothing,
    result: NginxSites,
    handle: async () => ({ sites: await sites.list() }),
  })
  methods.register({
    name: 'nginx.site',
    params: NamedSite,
    result: NginxSiteDetail,
    handle: ({ name }) => sites.get(name),
  })
  methods.register({
    name: 'nginx.versions',
    params: ListNginxVersions,
    result: NginxVersions,
    handle: async ({ site }) => ({ versions: await history.list(site) }),
  })
  methods.register({ name: 'nginx.diff', params: VersionId, result: NginxDiff, handle: ({ id }) => history.diff(id) })

  methods.register({
    name: 'nginx.certificate',
    params: NamedDomain,
    result: NginxCertificate,
    handle: ({ domain }) => certificates.read(domain),
  })
  methods.register({
    name: 'nginx.issue_certificate',
    params: IssueCertificate,
    result: CertificateJob,
    handle: (wanted, { meta }) => parts.certificateJobs.issue(meta, wanted),
  })

  for (const verb of ['start', 'stop', 'restart', 'reload'] as const) {
    acting(
      verb,
      Nothing,
      () => ({ target: null }),
      (_, signal) => core.controlled((control) => control[verb](), signal),
    )
  }
  acting(
    'write_config',
    WriteNginxConfig,
    ({ config }) => ({ target: null, details: { etag: etagOf(config) } }),
    (params, signal) => writeMainConfig(core, params, signal),
  )
  acting(
    'create_site',
    CreateNginxSite,
    ({ name, config, enabled }) => ({ target: name, details: { etag: etagOf(config), enabled } }),
    (params, signal) => sites.create(params, signal),
  )
  acting(
    'update_site',
    UpdateNginxSite,
    ({ name, config }) => ({ target: name, details: { etag: etagOf(config) } }),
    (params, signal) => sites.update(params, signal),
  )
  const named = ({ name }: NamedSite) => ({ target: name })
  acting('delete_site', NamedSite, named, ({ name }, signal) => sites.remove(name, signal))
  acting('enable_site', NamedSite, named, ({ name }, signal) => sites.enable(name, signal))
  acting('disable_site', NamedSite, named, ({ name }, signal) => sites.disable(name, signal))
  acting(
    'restore',
    VersionId,
    ({ id }) => ({ target: String(id) }),
    ({ id }, signal) => history.restore(id, signal),
  )
}
