import { type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  CertificateDomain,
  CertificateJob,
  IssueCertificate,
  NginxCertificate,
  NginxConfig,
  NginxDiff,
  NginxOutcome,
  NginxStatus,
  NginxVersions,
  SiteName,
  WriteNginxConfig,
} from '../../contract/operations/nginx.ts'
import { RowId } from '../../contract/common.ts'
import {
  controlNginx,
  diffNginxVersion,
  issueCertificate,
  listNginxVersions,
  readCertificate,
  readNginxConfig,
  readNginxStatus,
  restoreNginxVersion,
  writeNginxConfig,
} from '../../monitor/operations/calls/nginx.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { plainRoute } from '../http/openapi.ts'
import { askHost, ServerParams } from './host.ts'

export const tag = 'better-monitor: nginx'
export const looks = { user: 'read' } as const
export const acts = { user: 'operate' } as const
export const reading = [404, 503, 504] as (404 | 503 | 504)[]
export const changing = [403, 404, 409, 422, 503, 504] as (403 | 404 | 409 | 422 | 503 | 504)[]
const DomainParams = ServerParams.extend({ domain: CertificateDomain })
const VersionParams = ServerParams.extend({ version_id: RowId })
export const base = '/servers/{id}/nginx'

const status = plainRoute({
  method: 'get',
  path: `${base}/status`,
  tag,
  summary: 'Nginx 状态',
  auth: looks,
  params: ServerParams,
  response: NginxStatus,
  errors: reading,
})
const config = plainRoute({
  method: 'get',
  path: `${base}/config`,
  tag,
  summary: '主配置',
  auth: acts,
  params: ServerParams,
  response: NginxConfig,
  errors: reading,
})
const writeConfig = plainRoute({
  method: 'post',
  path: `${base}/config`,
  tag,
  summary: '更新主配置：先测试，失败则回滚',
  auth: acts,
  params: ServerParams,
  body: WriteNginxConfig,
  response: NginxOutcome,
  errors: changing,
})
const versions = plainRoute({
  method: 'get',
  path: `${base}/versions`,
  tag,
  summary: '保留的版本',
  auth: acts,
  params: ServerParams,
  query: z.object({ site: SiteName.optional() }),
  response: NginxVersions,
  errors: reading,
})
const diff = plainRoute({
  method: 'get',
  path: `${base}/versions/{version_id}`,
  tag,
  summary: '与当前配置的差异',
  auth: acts,
  params: VersionParams,
  response: NginxDiff,
  errors: reading,
})
const restore = plainRoute({
  method: 'post',
  path: `${base}/versions/{version_id}/restore`,
  tag,
  summary: '恢复到该版本',
  auth: acts,
  params: VersionParams,
  response: NginxOutcome,
  errors: changing,
})
const certificate = plainRoute({
  method: 'get',
  path: `${base}/ssl/{domain}`,
  tag,
  summary: 'SSL 证书信息',
  auth: looks,
  params: DomainParams,
  response: NginxCertificate,
  errors: reading,
})
const issue = plainRoute({
  method: 'post',
  path: `${base}/ssl/{domain}`,
  tag,
  summary: '申请 SSL 证书并自动续期',
  auth: acts,
  params: DomainParams,
  body: IssueCertificate.omit({ domain: true }),
  response: CertificateJob,
  status: 202,
  errors: changing,
})

/** The nginx of a host (spec: Better Monitor 6; rulings: nginx). */
export function nginxSection({ operations }: { operations: Operations }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(status, async (c) =>
    c.json(await askHost(operations, c, c.req.valid('param').id, readNginxStatus()), 200),
  )
  app.openapi(config, async (c) =>
    c.json(await askHost(operations, c, c.req.valid('param').id, readNginxConfig()), 200),
  )
  app.openapi(writeConfig, async (c) =>
    c.json(await askHost(operations, c, c.req.valid('param').id, writeNginxConfig(c.req.valid('json'))), 200),
  )
  const summaries = { start: '启动 Nginx', stop: '停止 Nginx', restart: '重启 Nginx', reload: '重新加载配置' } as const
  for (const verb of ['start', 'stop', 'restart', 'reload'] as const) {
    const controlled = plainRoute({
      method: 'post',
      path: `${base}/${verb}`,
      tag,
      summary: summaries[verb],
      auth: acts,
      params: ServerParams,
      response: NginxOutcome,
      errors: changing,
    })
    app.openapi(controlled, async (c) =>
      c.json(await askHost(operations, c, c.req.valid('param').id, controlNginx(verb)), 200),
    )
  }
  app.openapi(versions, async (c) =>
    c.json(await askHost(operations, c, c.req.valid('param').id, listNginxVersions(c.req.valid('query'))), 200),
  )
  app.openapi(diff, async (c) => {
    const { id, version_id } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, diffNginxVersion(version_id)), 200)
  })
  app.openapi(restore, async (c) => {
    const { id, version_id } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, restoreNginxVersion(version_id)), 200)
  })
  app.openapi(certificate, async (c) => {
    const { id, domain } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, readCertificate(domain)), 200)
  })
  app.openapi(issue, async (c) => {
    const { id, domain } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, issueCertificate({ ...c.req.valid('json'), domain })), 202)
  })

  return app
}
