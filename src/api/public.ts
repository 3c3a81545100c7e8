import type { Hono } from 'hono'
import { serviceUnavailable } from '../contract/errors.ts'
import type { ApiEnv } from './http/api-env.ts'

/** What every node answers to everybody: whether it works, and its figures for Prometheus. */
export function servePublic(
  app: Hono<ApiEnv>,
  parts: { healthy: () => Promise<boolean>; metrics: { contentType: string; text(): Promise<string> } },
): void {
  app.get('/healthz', async (c) => {
    if (!(await parts.healthy())) throw serviceUnavailable('数据库不可用', 'the database does not answer')
    return c.json({ status: 'ok' })
  })
  app.get('/metrics', async (c) =>
    c.body(await parts.metrics.text(), 200, { 'content-type': parts.metrics.contentType }),
  )
}
