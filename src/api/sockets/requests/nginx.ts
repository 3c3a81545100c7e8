import {
  CreateNginxSite,
  IssueCertificate,
  ListNginxVersions,
  NamedDomain,
  NamedSite,
  UpdateNginxSite,
  VersionId,
  WriteNginxConfig,
} from '../../../contract/operations/nginx.ts'
import * as nginx from '../../../monitor/operations/calls/nginx.ts'
import { asks, byAction, Nothing } from './request.ts'

/** `nginx_command`: everything that `/api/servers/{id}/nginx` does. */
export const nginxRequests = byAction({
  status: asks(Nothing, nginx.readNginxStatus),
  start: asks(Nothing, () => nginx.controlNginx('start')),
  stop: asks(Nothing, () => nginx.controlNginx('stop')),
  restart: asks(Nothing, () => nginx.controlNginx('restart')),
  reload: asks(Nothing, () => nginx.controlNginx('reload')),
  get_config: asks(Nothing, nginx.readNginxConfig),
  set_config: asks(WriteNginxConfig, nginx.writeNginxConfig),
  versions: asks(ListNginxVersions, nginx.listNginxVersions),
  diff: asks(VersionId, ({ id }) => nginx.diffNginxVersion(id)),
  restore: asks(VersionId, ({ id }) => nginx.restoreNginxVersion(id)),
  sites: asks(Nothing, nginx.listSites),
  get_site: asks(NamedSite, ({ name }) => nginx.readSite(name)),
  create_site: asks(CreateNginxSite, nginx.createSite),
  update_site: asks(UpdateNginxSite, nginx.updateSite),
  delete_site: asks(NamedSite, ({ name }) => nginx.deleteSite(name)),
  enable_site: asks(NamedSite, ({ name }) => nginx.switchSite('enable', name)),
  disable_site: asks(NamedSite, ({ name }) => nginx.switchSite('disable', name)),
  get_ssl: asks(NamedDomain, ({ domain }) => nginx.readCertificate(domain)),
  issue_ssl: asks(IssueCertificate, nginx.issueCertificate),
})
