import type { Hono } from 'hono'
import type { ApiEnv } from '../http/api-env.ts'
import { plainPage, plainPagePolicy } from './plain-page.ts'

/**
 * What a browser finds on a node without a monitor: what this is, and where to look instead. It names nothing of the
 * host, for everybody may ask.
 */
export function serveLeafPage(app: Hono<ApiEnv>, parts: { monitorUrl: () => string | null }): void {
  app.get('/', (c) => {
    const url = parts.monitorUrl()
    const page = plainPage('Cortex', [
      '这是一个叶子节点：它只巡检本机并上报，没有仪表盘。',
      'This is a leaf: it watches its host and reports; it has no dashboard of its own.',
      url === null ? '尚未连接到监控。No monitor is known yet.' : `监控 · Its monitor: \`${url}\``,
    ])
    return c.html(page, 200, { 'Content-Security-Policy': plainPagePolicy })
  })
}
