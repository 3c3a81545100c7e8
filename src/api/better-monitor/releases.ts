import { type OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import {
  LatestRelease,
  LatestReleaseQuery,
  ReleaseAssetParams,
  UpgradeAnswer,
  UpgradeRequest,
} from '../../contract/better-monitor/releases.ts'
import { notFound } from '../../contract/errors.ts'
import { maxPackageBytes } from '../../contract/operations/upgrade.ts'
import { fetchBytes } from '../../monitor/releases/bounded-fetch.ts'
import { isAsset, platformOf, type Release, type ReleaseFile, signatureOf } from '../../monitor/releases/release.ts'
import type { ReleasesService } from '../../monitor/releases/releases.service.ts'
import type { Rollouts } from '../../monitor/rollouts/rollouts.service.ts'
import { admit } from '../http/admission.ts'
import { type ApiEnv, languageOf } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { requireUser } from '../http/authenticate.ts'

import { plainErrors, plainRoute } from '../http/openapi.ts'
import { rateLimit } from '../http/rate-limit.ts'
import { attachment } from './download.ts'
import { askedBy } from './host.ts'

const tag = 'better-monitor: releases'
const latest = plainRoute({
  method: 'get',
  path: '/agents/releases/latest',
  tag,
  summary: '最新 Agent 版本',
  auth: { user: 'read' },
  query: LatestReleaseQuery,
  response: LatestRelease,
  errors: [404, 503],
})
/** A file is no JSON, so the route is declared by hand. */
const asset = createRoute({
  method: 'get',
  path: '/agents/releases/{version}/{name}',
  tags: [tag],
  summary: '下载发布文件夹中的文件',
  security: [{ bearer: [] }],
  middleware: [admit(requireUser('read'), rateLimit('calls'))],
  request: { params: ReleaseAssetParams },
  responses: {
    200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } },
    ...plainErrors({ auth: { user: 'read' }, params: ReleaseAssetParams, errors: [404, 503] }),
  },
})
const upgrade = plainRoute({
  method: 'post',
  path: '/servers/upgrade',
  tag,
  summary: '批量升级 Agent',
  auth: { user: 'operate' },
  body: UpgradeRequest,
  response: UpgradeAnswer,
  errors: [403, 404, 409, 503],
})

/** Releases and upgrades (spec: Better Monitor 10; rulings: last lines). */
export function releasesSection(parts: {
  releases: ReleasesService
  rollouts: Rollouts
  publicUrl: () => string
}): OpenAPIHono<ApiEnv> {
  const { releases, rollouts, publicUrl } = parts
  const app = createSection()

  const addressOf = (release: Release, { from, name }: ReleaseFile) =>
    'url' in from ? from.url : `${publicUrl()}/api/agents/releases/${release.version}/${encodeURIComponent(name)}`

  app.openapi(latest, async (c) => {
    const release = await releases.latest(c.req.valid('query').channel)
    const assets = await Promise.all(
      release.files.filter(isAsset).map(async (file) => {
        const signature = signatureOf(release, file.name)
        return {
          name: file.name,
          download_url: addressOf(release, file),
          ...platformOf(file.name),
          size: file.size,
          sha256: await releases.announcedSha256(release, file),
          signature_url: signature && addressOf(release, signature),
        }
      }),
    )
    const { version, releasedAt } = release
    return c.json({ success: true as const, version, releasedAt, release_repo: releases.repo, assets }, 200)
  })

  app.openapi(asset, async (c) => {
    const { version, name } = c.req.valid('param')
    const file = await releases.file(version, name)
    // Files at an address are fetched from there: this monitor is no way into other networks.
    if (!file || !('path' in file.from)) {
      throw notFound(`本节点没有文件 ${name}`, `this monitor has no file ${name}`, { details: { version, name } })
    }
    const bytes = await fetchBytes(file.from, { maxBytes: maxPackageBytes, timeoutMs: 60_000 })
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Disposition': attachment(name) }
    return c.body(new Uint8Array(bytes), 200, headers)
  })

  app.openapi(upgrade, async (c) => {
    const request = c.req.valid('json')
    const taken = await rollouts.begin(askedBy(c), request)
    const isTaken = taken.rolloutId !== null
    const text = isTaken
      ? {
          zh: `升级指令已触发，目标版本: ${request.targetVersion}`,
          en: `upgrade begun, target version: ${request.targetVersion}`,
        }
      : { zh: '没有可升级的服务器', en: 'there is no server to upgrade' }
    return c.json(
      {
        success: isTaken,
        message: text[languageOf(c)],
        result: {
          success: taken.success,
          failure: [...taken.failure.keys()],
          offline: taken.offline,
          missing: taken.missing,
        },
        reasons: Object.fromEntries([...taken.failure].map(([id, reason]) => [String(id), reason])),
        rollout_id: taken.rolloutId,
      },
      200,
    )
  })
  return app
}
