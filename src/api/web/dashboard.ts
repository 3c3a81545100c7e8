import type { Hono } from 'hono'
import { notFound } from '../../contract/errors.ts'
import type { ApiContext, ApiEnv } from '../http/api-env.ts'
import { acceptedEncoding } from './accepted-encoding.ts'
import { plainPage, plainPagePolicy } from './plain-page.ts'
import type { WebFiles } from './web-files.ts'

/** Paths of the APIs, the sockets and of what every node answers: never a page of the dashboard. */
const notPages = /^\/(api|ws|public\/ws|healthz|metrics)(\/|$)/

/** The nonce is for styles that libraries make in the browser (menus, editor); scripts are files of our own alone. */
const policy = (nonce: string) =>
  `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'; ` +
  `connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`

/**
 * Serves the dashboard from the same port as the APIs: files by the list of the build, and the one page for every address
 * that a browser navigates to. `/` answers everybody with the page, other addresses only who takes HTML, so that an
 * unknown path stays a documented error for a program.
 */
export function serveDashboard(app: Hono<ApiEnv>, parts: { files: WebFiles; makeNonce: () => string }): void {
  const { files, makeNonce } = parts

  app.use('*', async function dashboard(c, next) {
    const { method, path } = c.req
    if ((method !== 'GET' && method !== 'HEAD') || notPages.test(path)) return await next()
    if (path.startsWith('/assets/')) return await asset(c, path.slice(1))
    const wantsPage = path === '/' || (c.req.header('accept') ?? '').includes('text/html')
    return wantsPage ? await page(c) : await next()
  })

  async function page(c: ApiContext): Promise<Response> {
    const html = await files.page()
    if (html === null) return c.html(notBuilt, 503, { 'Content-Security-Policy': plainPagePolicy })
    const nonce = makeNonce()
    return c.html(html.replace('__NONCE__', nonce), 200, {
      'Content-Security-Policy': policy(nonce),
      'Cache-Control': 'no-store',
    })
  }

  /** Names of assets hold a hash of their content, so they may be kept for ever. */
  async function asset(c: ApiContext, path: string): Promise<Response> {
    const file = await files.find(path)
    if (!file)
      throw notFound(
        '文件不存在；仪表盘可能已更新，请刷新页面',
        'No such file: the dashboard may be newer, reload the page',
      )
    const headers = {
      ETag: file.etag,
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
    }
    if (c.req.header('if-none-match') === file.etag) return c.body(null, 304, headers)
    const encoding = acceptedEncoding(c.req.header('accept-encoding'), file.encodings)
    return c.body(await file.read(encoding), 200, {
      ...headers,
      'Content-Type': file.type,
      ...(encoding === null ? {} : { 'Content-Encoding': encoding }),
    })
  }
}

const notBuilt = plainPage('Cortex', [
  '监控正常运行，但仪表盘尚未构建。请在程序目录执行 `npm run build:web`，然后刷新本页。',
  'The monitor works, but its dashboard was not built. Run `npm run build:web` in the folder of the program, then reload this page.',
  'API: /api/v1/docs',
])
