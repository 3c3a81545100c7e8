import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { ContainerActionAnswer } from '../../src/contract/operations/docker.ts'
import { Job, JobReceipt } from '../../src/contract/operations/jobs.ts'
import { get, site } from '../host/nginx/nginx-rig.ts'
import type { HttpAnswer } from '../support/http.ts'
import { until } from '../support/until.ts'
import { openTerminal, quietPrompt, type TerminalClient } from './terminal-client.ts'
import { auditOfHost, auditOfMonitor } from './three-levels.ts'
import { giveAway, isTrusted, type WorkingHost, workingHost } from './working-host.ts'

// Everything that people do to a server, done at the root over HTTP and sockets to a leaf two links away; the last test
// looks for each act in the log of every level, so the order of the tests is theirs.
let host: WorkingHost
beforeAll(async () => {
  host = await workingHost()
}, 120_000)
afterAll(() => host?.close())

const leaf = () => `/servers/${host.ids.leaf}`
const at = (name: string) => join(host.files, name)
const query = (path: string) => `?path=${encodeURIComponent(path)}`
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const bearer = () => ({ Authorization: `Bearer ${host.token}` })

function expectDone(answer: HttpAnswer, status = 200): unknown {
  expect(answer, JSON.stringify(answer.body).slice(0, 1000)).toMatchObject({ status })
  return answer.body
}

test('a file is edited', async () => {
  await writeFile(at('app.conf'), 'workers = 1\n')
  giveAway(at('app.conf'))
  const read = expectDone(await host.http.get(`${leaf()}/files/content${query(at('app.conf'))}`))
  const { content, etag } = z.object({ content: z.string(), etag: z.string() }).parse(read)
  const changed = { path: at('app.conf'), content: content.replace('1', '8'), etag }
  expectDone(await host.http.put(`${leaf()}/files/content`, changed))
  expect(await readFile(at('app.conf'), 'utf8')).toBe('workers = 8\n')
})

test('100 MB go up and come down unchanged', async () => {
  const bytes = randomBytes(100 * 1024 * 1024)
  const form = new FormData()
  form.set('path', at('big.bin'))
  form.set('file', new Blob([bytes]), 'big.bin')
  const address = `${host.root.url}/api${leaf()}/files`
  const up = await fetch(`${address}/upload`, { method: 'POST', headers: bearer(), body: form })
  expect(await up.json()).toEqual({ path: at('big.bin'), size: bytes.length, sha256: sha256(bytes) })
  const down = await fetch(`${address}/download${query(at('big.bin'))}`, { headers: bearer() })
  expect(sha256(new Uint8Array(await down.arrayBuffer()))).toBe(sha256(bytes))
}, 120_000)

test('a process is ended', async () => {
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const child = spawn('sleep', ['600'], { stdio: 'ignore', cwd: '/', ...user })
  const exited = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  expectDone(await host.http.post(`${leaf()}/processes/${child.pid}/kill`))
  expect(await exited).toEqual([null, 'SIGTERM'])
})

test('a container is restarted', async () => {
  const id = await host.engine.run('web', ['sh', '-c', 'trap "exit 0" TERM; while true; do sleep 0.1; done'])
  const startedAt = async () =>
    JSON.parse((await host.engine.api('GET', `/containers/${id}/json`)).body).State.StartedAt
  const before = await startedAt()
  const answer = expectDone(await host.http.post(`${leaf()}/docker/containers/web/restart`))
  expect(ContainerActionAnswer.parse(answer)).toMatchObject({ success: true, state: 'running' })
  expect(await startedAt()).not.toBe(before)
})

test('a broken nginx configuration is rolled back and the sites keep answering', async () => {
  expectDone(await host.http.post(`${leaf()}/nginx/start`))
  const config = site(host.nginx.port, 'shop.test', 'good')
  expectDone(await host.http.post(`${leaf()}/nginx/sites`, { name: 'shop', config }), 201)
  expect(await get(host.nginx.port, 'shop.test')).toEqual({ status: 200, body: 'good' })

  const broken = await host.http.put(`${leaf()}/nginx/sites/shop`, { config: config.replace('return', 'retrun') })
  expect(broken).toMatchObject({ status: 422 })
  expect(JSON.stringify(broken.body)).toContain('retrun')
  expect(expectDone(await host.http.get(`${leaf()}/nginx/sites/shop`))).toMatchObject({ config })
  expect(await get(host.nginx.port, 'shop.test')).toEqual({ status: 200, body: 'good' })
})

test('a certificate is issued and shown to visitors', async () => {
  const asked = await host.http.post(`${leaf()}/nginx/ssl/shop.test`, {
    email: 'ops@example.com',
    challenge: 'http-01',
  })
  const { job_id } = JobReceipt.parse(expectDone(asked, 202))
  const job = await until(
    'the certificate is there',
    async () => {
      const found = Job.parse(expectDone(await host.http.get(`${leaf()}/jobs/${job_id}`)))
      return found.finished_at === null ? null : found
    },
    60_000,
  )
  expect(job, JSON.stringify(job)).toMatchObject({ state: 'succeeded' })
  expect(await isTrusted(host.httpsPort, 'shop.test', await host.authority())).toBe(true)
  expect(expectDone(await host.http.get(`${leaf()}/nginx/ssl/shop.test`))).toMatchObject({ valid: true })
}, 90_000)

/** Makes a rule for the leaf at the root, and waits for its alert there to open or to end. */
async function rule(body: object) {
  const made = await host.http.post('/alerts/settings', { duration: 0, server_id: host.ids.leaf, ...body })
  const { setting } = z.object({ setting: z.object({ id: z.number(), type: z.string() }) }).parse(expectDone(made, 201))
  const Records = z.object({ records: z.array(z.object({ resolved: z.boolean(), value: z.number().nullable() })) })
  const becomes = (what: 'open' | 'over') =>
    until(
      `the alert of ${setting.type} is ${what}`,
      async () => {
        const found = await host.http.get(`/alerts/records?server_id=${host.ids.leaf}&alert_type=${setting.type}`)
        const [newest] = Records.parse(expectDone(found)).records
        return newest?.resolved === (what === 'over') && newest
      },
      30_000,
    )
  return { becomes, end: () => host.http.delete(`/alerts/settings/${setting.id}`) }
}

test('a container that stops and a certificate that ends too soon are alerts by rule', async () => {
  const days = await rule({ type: 'certificate', target: 'shop.test', threshold: 3650 })
  const { value } = await days.becomes('open')
  expect(value).toBeGreaterThan(30)
  expectDone(await days.end())
  await days.becomes('over')

  const running = await rule({ type: 'container', target: 'web', threshold: 1 })
  expectDone(await host.http.post(`${leaf()}/docker/containers/web/stop`))
  expect(await running.becomes('open')).toMatchObject({ value: 0 })
  expectDone(await host.http.post(`${leaf()}/docker/containers/web/start`))
  await running.becomes('over')
}, 90_000)

async function shell(): Promise<TerminalClient> {
  const made = expectDone(await host.http.post(`${leaf()}/terminal/sessions`, { shell: '/bin/bash' }), 201)
  const { session_id } = z.object({ session_id: z.string() }).parse(made)
  const address = host.root.url.replace('http', 'ws')
  const terminal = await openTerminal(`${address}/ws/servers/${host.ids.leaf}/terminal?session=${session_id}`)
  onTestFinished(() => terminal.close())
  return terminal
}

test('a terminal answers while 100 MB run through another', async () => {
  const [busy, typed] = [await shell(), await shell()]
  await quietPrompt(busy)
  await quietPrompt(typed)
  busy.type("yes 0123456789 | head -c 100000000; echo all''done\r")
  await busy.sees('0123456789')
  for (let line = 1; line <= 20; line++) {
    typed.type(`echo line''${line}.\r`)
    await typed.sees(`line${line}.`)
  }
  expect(busy.text()).not.toContain('alldone')
  await busy.sees('alldone', 90_000)
}, 120_000)

test('full-screen programs work through every hop: an editor with Chinese text, a pager, a monitor', async () => {
  const terminal = await shell()
  await quietPrompt(terminal)
  const note = at('note.txt')
  terminal.type(`vim -u NONE -i NONE -n ${note}\r`)
  await terminal.sees('note.txt"')
  terminal.type('i第一行 – one\rtwo\x1b:wq\r')
  await until('vim wrote the file', async () => (await readFile(note, 'utf8')) === '第一行 – one\ntwo\n')
  terminal.type('seq 1 1000 | less\r')
  await terminal.sees('\r\n20')
  terminal.type('G')
  await terminal.sees('1000')
  terminal.type('qtop\r')
  await terminal.sees('load average')
  terminal.type('q')
  await until('the shell is back', () => /load average[^]*%$/.test(terminal.text()))
  terminal.type("echo ba''ck\r")
  await terminal.sees('back\r\n')
})

test('each of these acts is in the log of every level, with the person who did it', async () => {
  const acts = [
    'files.write',
    'files.upload',
    'files.download',
    'processes.kill',
    'docker.restart',
    'nginx.start',
    'nginx.create_site',
    'nginx.update_site',
    'nginx.issue_certificate',
    'terminal.create',
  ]
  const levels = {
    root: await auditOfMonitor(host.root, 'leaf'),
    region: await auditOfMonitor(host.region, 'leaf'),
    leaf: auditOfHost(host.leaf),
  }
  for (const [level, log] of Object.entries(levels)) {
    const byAnn = log.filter(({ actor }) => actor.split('@')[0] === 'ann').map(({ action }) => action)
    expect(byAnn, level).toEqual(expect.arrayContaining(acts))
    // Who only passes it on does not learn what came of it.
    if (level !== 'region') expect(byAnn, level).toContain('nginx.update_site.failed')
  }
})
