import type { OpenAPIHono } from '@hono/zod-openapi'
import {
  CreateNginxSite,
  NginxOutcome,
  NginxSiteDetail,
  NginxSites,
  SiteName,
  UpdateNginxSite,
} from '../../contract/operations/nginx.ts'
import {
  createSite,
  deleteSite,
  listSites,
  readSite,
  switchSite,
  updateSite,
} from '../../monitor/operations/calls/nginx.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { plainRoute } from '../http/openapi.ts'
import { askHost, ServerParams } from './host.ts'
import { acts, base, changing, looks, reading, tag } from './nginx.ts'

const SiteParams = ServerParams.extend({ site_name: SiteName })
const sites = plainRoute({
  method: 'get',
  path: `${base}/sites`,
  tag,
  summary: '站点列表',
  auth: looks,
  params: ServerParams,
  response: NginxSites,
  errors: reading,
})
const create = plainRoute({
  method: 'post',
  path: `${base}/sites`,
  tag,
  summary: '创建站点',
  auth: acts,
  params: ServerParams,
  body: CreateNginxSite,
  response: NginxOutcome,
  status: 201,
  errors: changing,
})
const site = plainRoute({
  method: 'get',
  path: `${base}/sites/{site_name}`,
  tag,
  summary: '站点配置',
  auth: acts,
  params: SiteParams,
  response: NginxSiteDetail,
  errors: reading,
})
const update = plainRoute({
  method: 'put',
  path: `${base}/sites/{site_name}`,
  tag,
  summary: '更新站点',
  auth: acts,
  params: SiteParams,
  body: UpdateNginxSite.omit({ name: true }),
  response: NginxOutcome,
  errors: changing,
})
const remove = plainRoute({
  method: 'delete',
  path: `${base}/sites/{site_name}`,
  tag,
  summary: '删除站点',
  auth: acts,
  params: SiteParams,
  response: NginxOutcome,
  errors: changing,
})

/** The sites of a host's nginx (spec: Better Monitor 6). Every change is tested first and undone when nginx does not take it. */
export function nginxSitesSection({ operations }: { operations: Operations }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.openapi(sites, async (c) => c.json(await askHost(operations, c, c.req.valid('param').id, listSites()), 200))
  app.openapi(create, async (c) =>
    c.json(await askHost(operations, c, c.req.valid('param').id, createSite(c.req.valid('json'))), 201),
  )
  app.openapi(site, async (c) => {
    const { id, site_name: name } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, readSite(name)), 200)
  })
  app.openapi(update, async (c) => {
    const { id, site_name: name } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, updateSite({ ...c.req.valid('json'), name })), 200)
  })
  app.openapi(remove, async (c) => {
    const { id, site_name: name } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, deleteSite(name)), 200)
  })
  for (const verb of ['enable', 'disable'] as const) {
    const summary = verb === 'enable' ? '启用站点' : '禁用站点'
    const switched = plainRoute({
      method: 'post',
      path: `${base}/sites/{site_name}/${verb}`,
      tag,
      summary,
      auth: acts,
      params: SiteParams,
      response: NginxOutcome,
      errors: changing,
    })
    app.openapi(switched, async (c) => {
      const { id, site_name: name } = c.req.valid('param')
      return c.json(await askHost(operations, c, id, switchSite(verb, name)), 200)
    })
  }
  return app
}
