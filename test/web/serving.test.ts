import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiEnv } from '../../src/api/http/api-env.ts'
import { installBasics } from '../../src/api/http/request-basics.ts'
import { serveDashboard } from '../../src/api/web/dashboard.ts'
import { serveLeafPage } from '../../src/api/web/leaf-page.ts'
import { openWebFiles } from '../../src/api/web/web-files.ts'
import { createLogger } from '../../src/platform/logger.ts'

const logger = createLogger({ level: 'silent', write: () => undefined })
const folder = mkdtempSync(join(tmpdir(), 'cortex-web-'))
const script = 'export const answer = 42\n'
let nonces = 0

function appOver(path: string): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  installBasics(app, { logger, newRequestId: () => 'id' })
  app.get('/api/v1/self', (c) => c.json({}))
  serveDashboard(app, { files: openWebFiles(path), makeNonce: () => `nonce-${(nonces += 1)}` })
  return app
}
const app = appOver(folder)
const html = { headers: { accept: 'text/html' } }

beforeAll(() => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<meta nonce="__NONCE__"><div id="root"></div>')
  writeFileSync(join(folder, 'secret.txt'), 'not in the list')
  writeFileSync(join(folder, 'assets/a-1.js'), script)
  writeFileSync(join(folder, 'assets/a-1.js.gz'), gzipSync(script))
  const entry = { type: 'text/javascript; charset=utf-8', etag: '"tag"', encodings: ['gzip'] }
  writeFileSync(join(folder, 'files.json'), JSON.stringify({ 'assets/a-1.js': entry }))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the page comes with a policy that takes no inline script, and a nonce of its own each time', async () => {
  const [first, second] = [await app.request('/'), await app.request('/nodes/db-1/metrics', html)]
  const policy = first.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
  const nonce = /nonce-(nonce-\d+)/.exec(policy)?.[1]
  expect(await first.text()).toContain(`nonce="${nonce}"`)
  expect(first.headers.get('cache-control')).toBe('no-store')
  expect(await second.text()).not.toContain(`nonce="${nonce}"`)
})

test('an asset may be kept for ever, is sent compressed to who takes it, and not again to who has it', async () => {
  const plain = await app.request('/assets/a-1.js')
  expect(await plain.text()).toBe(script)
  expect(plain.headers.get('cache-control')).toContain('immutable')
  expect(plain.headers.get('vary')).toBe('Accept-Encoding')
  const packed = await app.request('/assets/a-1.js', { headers: { 'accept-encoding': 'br, gzip' } })
  expect(packed.headers.get('content-encoding')).toBe('gzip')
  expect(gunzipSync(Buffer.from(await packed.arrayBuffer())).toString()).toBe(script)
  expect((await app.request('/assets/a-1.js', { headers: { 'if-none-match': '"tag"' } })).status).toBe(304)
  const head = await app.request('/assets/a-1.js', { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test.each([
  '/assets/b.js',
  '/assets/../secret.txt',
  '/assets/%2e%2e/secret.txt',
  '/assets/..%2fsecret.txt',
  '/assets/__proto__',
])('nothing is served that the build did not list: %s', async (path) => {
  const answer = await app.request(path, html)
  expect(await answer.text()).not.toContain('not in the list')
  if (path.startsWith('/assets/b')) expect(answer.status).toBe(404)
})

test.each(['/api/v1/nothing', '/api', '/ws', '/ws/servers/1', '/public/ws/servers/1', '/metrics/x', '/healthz/x'])(
  'a path of the APIs and the sockets is never a page: %s',
  async (path) => {
    const answer = await app.request(path, html)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json'])
  },
)

test('an unknown path is an error for a program, and other methods are not pages', async () => {
  expect((await app.request('/nothing')).status).toBe(404)
  expect((await app.request('/', { method: 'POST', ...html })).status).toBe(404)
})

test('without a build the page says what to run', async () => {
  const answer = await appOver(join(folder, 'nowhere')).request('/overview', html)
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('npm run build:web')
})

test('a leaf says what it is and where its monitor is, as text', async () => {
  const leaf = new Hono<ApiEnv>()
  installBasics(leaf, { logger, newRequestId: () => 'id' })
  serveLeafPage(leaf, { monitorUrl: () => 'http://m/<script>' })
  const text = await (await leaf.request('/')).text()
  expect(text).toContain('leaf')
  expect(text).toContain('http://m/&#60;script&#62;')
})
