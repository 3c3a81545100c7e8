import {
  CertificateJob,
  type CreateNginxSite,
  type IssueCertificate,
  type ListNginxVersions,
  NginxCertificate,
  NginxConfig,
  NginxDiff,
  NginxOutcome,
  NginxSiteDetail,
  NginxSites,
  NginxStatus,
  NginxVersions,
  type UpdateNginxSite,
  type WriteNginxConfig,
} from '../../../contract/operations/nginx.ts'
import { acting, looking } from '../host-call.ts'

/** A change is tested, swapped in, watched and, where need be, undone. */
const deadlineMs = 90_000
const change = (verb: string, params: object, target: string | null) =>
  acting(`nginx.${verb}`, params, NginxOutcome, { target, deadlineMs })

export const readNginxStatus = () => looking('nginx.status', {}, NginxStatus)
export const readNginxConfig = () => looking('nginx.config', {}, NginxConfig)
export const writeNginxConfig = (params: WriteNginxConfig) => change('write_config', params, null)
export const controlNginx = (verb: 'start' | 'stop' | 'restart' | 'reload') => change(verb, {}, null)

export const listNginxVersions = (params: ListNginxVersions) => looking('nginx.versions', params, NginxVersions)
export const diffNginxVersion = (id: number) => looking('nginx.diff', { id }, NginxDiff)
export const restoreNginxVersion = (id: number) => change('restore', { id }, String(id))

export const listSites = () => looking('nginx.sites', {}, NginxSites)
export const readSite = (name: string) => looking('nginx.site', { name }, NginxSiteDetail)
export const createSite = (params: CreateNginxSite) => change('create_site', params, params.name)
export const updateSite = (params: UpdateNginxSite) => change('update_site', params, params.name)
export const deleteSite = (name: string) => change('delete_site', { name }, name)
export const switchSite = (verb: 'enable' | 'disable', name: string) => change(`${verb}_site`, { name }, name)

export const readCertificate = (domain: string) => looking('nginx.certificate', { domain }, NginxCertificate)
export const issueCertificate = (params: IssueCertificate) =>
  acting('nginx.issue_certificate', params, CertificateJob, { target: params.domain, deadlineMs, startsJob: true })
