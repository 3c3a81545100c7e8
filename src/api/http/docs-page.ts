import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Hono } from 'hono'
import { notFound } from '../../contract/errors.ts'
import type { ApiEnv } from './api-env.ts'

/** No inline script; swagger-ui sets styles from script and draws icons as data. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const contentTypes: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
}

/** A page at `path` to read and try the API, from our own server alone; it works without the internet. */
export function serveDocsPage(
  app: Hono<ApiEnv>,
  { path, documentPath, title }: { path: string; documentPath: string; title: string },
): void {
  const page = pageOf(path, title)
  const start = `window.ui = SwaggerUIBundle({ url: ${JSON.stringify(documentPath)}, dom_id: '#ui', deepLinking: true, validatorUrl: null })\n`

  app.get(path, (c) => c.html(page, 200, { 'Content-Security-Policy': contentSecurityPolicy }))
  app.get(`${path}/start.js`, (c) => c.body(start, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }))
  app.get(`${path}/:file`, async (c) => {
    const file = c.req.param('file')
    const contentType = contentTypes[file]
    if (contentType === undefined) throw notFound('文件不存在', 'No such file')
    const { bytes, etag } = await readAsset(file)
    const headers = { ETag: etag, 'Cache-Control': 'no-cache' }
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers)
    return c.body(bytes, 200, { ...headers, 'Content-Type': contentType })
  })
}

function pageOf(path: string, title: string): string {
  return `<!doctype html>
<html lang="zh">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${path}/swagger-ui.css" />
  </head>
  <body>
    <div id="ui"></div>
    <script src="${path}/swagger-ui-bundle.js"></script>
    <script src="${path}/start.js"></script>
  </body>
</html>
`
}

/** Read each time: the page is rarely opened, and 1.5 MB are better not kept in memory for it. */
async function readAsset(file: string): Promise<{ bytes: Uint8Array<ArrayBuffer>; etag: string }> {
  const bytes = new Uint8Array(await readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${file}`))))
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
}
