import { createHash, randomBytes } from 'node:crypto'
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { expectData, type HttpAnswer } from '../support/http.ts'
import { auditOfHost, auditOfMonitor, type ThreeLevels, threeLevels } from './three-levels.ts'

let levels: ThreeLevels
beforeAll(async () => {
  levels = await threeLevels()
})
afterAll(() => levels?.close())

const at = (name: string) => join(levels.scratch, name)
const files = (server = levels.ids.leaf) => `/servers/${server}/files`
const query = (path: string) => `?path=${encodeURIComponent(path)}`
const bearer = () => ({ Authorization: `Bearer ${levels.token}` })

function expectFailure(answer: HttpAnswer, status: number, code: string): string {
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status, body: { code } })
  return z.object({ error: z.string() }).parse(answer.body).error
}

function upload(path: string, bytes: Buffer): Promise<Response> {
  const form = new FormData()
  form.set('path', path)
  form.set('file', new Blob([new Uint8Array(bytes)]), 'big.bin')
  return fetch(`${levels.root.url}/api${files()}/upload`, { method: 'POST', headers: bearer(), body: form })
}

const download = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${levels.root.url}/api${files()}/download${query(path)}`, { headers: { ...bearer(), ...headers } })

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('a file of the leaf is written, read and listed from the root', async () => {
  const path = at('问候.txt')
  const written = await levels.http.put(`${files()}/content`, { path, content: '你好 leaf\n' })
  expect(written, JSON.stringify(written.body)).toMatchObject({ status: 200, body: { path, size: 12 } })
  expect(await readFile(path, 'utf8')).toBe('你好 leaf\n')

  const read = await levels.http.get(`${files()}/content${query(path)}`)
  expect(read).toMatchObject({ status: 200, body: { path, size: 12, encoding: 'utf8', content: '你好 leaf\n' } })

  const listed = await levels.http.get(`${files()}${query(levels.scratch)}`)
  expect(listed).toMatchObject({ status: 200, body: { path: levels.scratch } })
  const { entries } = z.object({ entries: z.array(z.object({ name: z.string() })) }).parse(listed.body)
  expect(entries.map(({ name }) => name)).toContain('问候.txt')
})

test('a file that changed since it was read is not overwritten: 409, and it stays as it is', async () => {
  const path = at('shared.conf')
  await levels.http.put(`${files()}/content`, { path, content: 'one' })
  const { etag } = z
    .object({ etag: z.string() })
    .parse((await levels.http.get(`${files()}/content${query(path)}`)).body)
  expect(await levels.http.put(`${files()}/content`, { path, content: 'two', etag })).toMatchObject({ status: 200 })

  expectFailure(await levels.http.put(`${files()}/content`, { path, content: 'three', etag }), 409, 'CONFLICT')
  expect(await readFile(path, 'utf8')).toBe('two')
})

test('folders are made, renamed and deleted', async () => {
  const made = await levels.http.post(`${files()}/mkdir`, { path: at('folder') })
  expect(made).toMatchObject({ status: 201, body: { path: at('folder'), type: 'directory' } })
  await levels.http.put(`${files()}/content`, { path: at('folder/inside'), content: 'x' })
  const renamed = await levels.http.post(`${files()}/rename`, { from: at('folder'), to: at('moved') })
  expect(renamed).toMatchObject({ status: 200, body: { path: at('moved') } })
  expectFailure(await levels.http.delete(`${files()}${query(at('moved'))}`), 409, 'CONFLICT')
  const deleted = await levels.http.delete(`${files()}${query(at('moved'))}&recursive=true`)
  expect(deleted).toMatchObject({ status: 200, body: { deleted: 2 } })
  expectFailure(await levels.http.get(`${files()}/content${query(at('moved/inside'))}`), 404, 'NOT_FOUND')
})

test('100 MB go up and come down through three levels with equal checksums, and a range of them alone', async () => {
  const bytes = randomBytes(100 * 1024 * 1024)
  const path = at('big.bin')
  const uploaded = await upload(path, bytes)
  expect(uploaded.status).toBe(200)
  expect(await uploaded.json()).toEqual({ path, size: bytes.length, sha256: sha256(bytes) })

  const whole = await download(path)
  expect(whole.status).toBe(200)
  expect(whole.headers.get('content-disposition')).toContain('filename="big.bin"')
  expect(sha256(new Uint8Array(await whole.arrayBuffer()))).toBe(sha256(bytes))

  const part = await download(path, { Range: 'bytes=50000000-50000099' })
  expect(part.status).toBe(206)
  expect(part.headers.get('content-range')).toBe(`bytes 50000000-50000099/${bytes.length}`)
  expect(sha256(new Uint8Array(await part.arrayBuffer()))).toBe(sha256(bytes.subarray(50_000_000, 50_000_100)))
}, 120_000)

test('an upload that may not overwrite leaves a file that is there as it is', async () => {
  const path = at('kept.txt')
  expect((await upload(path, Buffer.from('first'))).status).toBe(200)
  const form = new FormData()
  form.set('path', path)
  form.set('file', new Blob(['second']), 'kept.txt')
  const address = `${levels.root.url}/api${files()}/upload?overwrite=false`
  const refused = await fetch(address, { method: 'POST', headers: bearer(), body: form })
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ code: 'CONFLICT' })
  expect(await levels.http.get(`${files()}/content${query(path)}`)).toMatchObject({ body: { content: 'first' } })
})

test('an upload that breaks off leaves nothing behind', async () => {
  const path = at('broken.bin')
  const boundary = 'cut'
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="path"\r\n\r\n${path}\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n`
  const answer = await fetch(`${levels.root.url}/api${files()}/upload`, {
    method: 'POST',
    headers: { ...bearer(), 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: `${head}half of it`,
  })
  expect(answer.status).toBe(400)
  const listed = await levels.http.get(`${files()}${query(levels.scratch)}`)
  const { entries } = z.object({ entries: z.array(z.object({ name: z.string() })) }).parse(listed.body)
  expect(entries.map(({ name }) => name).filter((name) => name.includes('broken'))).toEqual([])
})

test.each([
  ['an absolute path', () => '/etc/hostname'],
  ['dots', () => `${levels.scratch}/../../etc/hostname`],
  ['a symbolic link', () => at('way-out/hostname')],
])('there is no way out of the allowed folders: %s', async (_name, path) => {
  await symlink('/etc', at('way-out')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const answer = await levels.http.get(`${files()}/content${query(path())}`)
  expect([400, 403], JSON.stringify(answer.body)).toContain(answer.status)
  expect((await upload(path(), Buffer.from('x'))).status).toBe(answer.status)
})

test('the host of the monitor itself is worked on in the same way', async () => {
  const path = at('own.txt')
  const big = 'x'.repeat(300_000)
  const written = await levels.http.put(`${files(levels.ids.root)}/content`, { path, content: big })
  expect(written, JSON.stringify(written.body)).toMatchObject({ status: 200 })
  const read = await levels.http.get(`${files(levels.ids.root)}/content${query(path)}`)
  expect(read).toMatchObject({ status: 200, body: { content: big } })
  expect(auditOfHost(levels.root)).toContainEqual(
    expect.objectContaining({ actor: 'ann@root', action: 'files.write', target: path }),
  )
})

test('every act is in the log of the root and of the leaf with the name of the person, a failed one too', async () => {
  const [good, bad] = [at('logged.txt'), '/etc/hostname']
  await levels.http.put(`${files()}/content`, { path: good, content: 'secret content' })
  await levels.http.put(`${files()}/content`, { path: bad, content: 'secret content' })

  const above = await auditOfMonitor(levels.root, 'leaf')
  const below = auditOfHost(levels.leaf)
  for (const [action, path] of [
    ['files.write', good],
    ['files.write', bad],
    ['files.write.failed', bad],
  ] as const) {
    expect(above).toContainEqual(
      expect.objectContaining({ actor: 'ann', action, details: expect.objectContaining({ on: path }) }),
    )
    expect(below).toContainEqual(expect.objectContaining({ actor: 'ann@root', action, target: path }))
  }
  expect(JSON.stringify([above, below])).not.toContain('secret content')
})

test('a ticket downloads once, and gives nobody more than they may', async () => {
  const path = at('by-ticket.txt')
  await levels.http.put(`${files()}/content`, { path, content: 'one' })
  const eve = { username: 'eve-of-files', password: 'password-of-eve' }
  expectData(await levels.root.api.post('/auth/users', { ...eve, role: 'viewer' }), 201)
  const { token } = z.object({ token: z.string() }).parse((await levels.http.post('/auth/login', eve)).body)
  const ticketOf = async (http: typeof levels.http) => {
    const { body } = await http.post('/v1/auth/ws-ticket')
    return z.object({ data: z.object({ ticket: z.string() }) }).parse(body).data.ticket
  }
  const bare = (ticket: string) => fetch(`${levels.root.url}/api${files()}/download${query(path)}&ticket=${ticket}`)
  const ticket = await ticketOf(levels.http)
  const first = await bare(ticket)
  expect([first.status, await first.text()]).toEqual([200, 'one'])
  expect((await bare(ticket)).status).toBe(401)
  expect((await bare('invented')).status).toBe(401)
  expect((await bare(await ticketOf(levels.http.withToken(token)))).status).toBe(403)
})
