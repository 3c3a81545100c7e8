import type { OpenAPIHono } from '@hono/zod-openapi'
import {
  CreateNginxSite,
  NginxOutcome,
  NginxSiteDetail,
  NginxSites,
  SiteName,
  UpdateNginxSite,
} from '../../contract/operations/nginx.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { plainRoute } from '../http/openapi.ts'
import { askHost, ServerParams } from './host.ts'
import { acts, base, changing, looks, nginxAct, nginxLook, reading, tag } from './nginx.ts'

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
const createSite = plainRoute({
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
const updateSite = plainRoute({
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
const deleteSite = plainRoute({
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
  app.openapi(sites, async (c) =>
    c.json(await askHost(operations, c, c.req.valid('param').id, nginxLook('sites'), NginxSites), 200),
  )
  app.openapi(createSite, async (c) => {
    const body = c.req.valid('json')
    return c.json(
      await askHost(operations, c, c.req.valid('param').id, nginxAct('create_site', body, body.name), NginxOutcome),
      201,
    )
  })
  app.openapi(site, async (c) => {
    const { id, site_name: name } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, nginxLook('site', { name }), NginxSiteDetail), 200)
  })
  app.openapi(updateSite, async (c) => {
    const { id, site_name: name } = c.req.valid('param')
    return c.json(
      await askHost(operations, c, id, nginxAct('update_site', { ...c.req.valid('json'), name }, name), NginxOutcome),
      200,
    )
  })
  app.openapi(deleteSite, async (c) => {
    const { id, site_name: name } = c.req.valid('param')
    return c.json(await askHost(operations, c, id, nginxAct('delete_site', { name }, name), NginxOutcome), 200)
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
      return c.json(await askHost(operations, c, id, nginxAct(`${verb}_site`, { name }, name), NginxOutcome), 200)
    })
  }
  return app
}
