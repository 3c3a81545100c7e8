import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { get, site } from '../host/nginx/nginx-rig.ts'
import { openTerminal } from '../operations/terminal-client.ts'
import { adminPassword } from '../support/tree.ts'
import { until } from '../support/until.ts'
import type { Host } from './hosts.ts'
import { repeat } from './pause.ts'
import type { Tally } from './tally.ts'
import type { World } from './world.ts'

interface OperatorOptions {
  random: () => number
  signal: AbortSignal
  tally: Tally
  violation: (what: string) => void
}

const timeoutMs = 40_000
const everyMs = 1_000
const fileBytes = 300_000
const seenMs = 20_000
const sites = 5
/** What a monitor may answer while hosts, regions or databases are away, or a disk is full. */
const excused = new Set([404, 408, 409, 429, 502, 503, 504, 507])

/**
 * Somebody at the root who looks, acknowledges, types, and sends files to hosts and back. What is refused or lost while
 * something is broken is counted; an answer that nobody should get is a violation.
 */
export async function operate(world: World, options: OperatorOptions): Promise<void> {
  const { random, signal, tally, violation } = options
  const hosts = world.regions.map(({ host }) => host)
  let token = ''

  async function call(method: string, path: string, body?: FormData | object): Promise<Response | null> {
    const isForm = body instanceof FormData
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
    }
    const answer = await fetch(`${world.root.url}${path}`, {
      method,
      headers,
      ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (answer.ok) return answer
    const text = await answer.text()
    tally.add(`refused ${answer.status}`)
    if (answer.status === 401) await signIn()
    else if (!excused.has(answer.status))
      violation(`${method} ${path} was answered ${answer.status} ${text.slice(0, 300)}`)
    return null
  }
  async function signIn(): Promise<void> {
    const answer = await fetch(`${world.root.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password: adminPassword }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (answer.ok) token = ((await answer.json()) as { data: { access_token: string } }).data.access_token
    else await answer.arrayBuffer()
  }
  async function read<T>(path: string): Promise<T | null> {
    const answer = await call('GET', path)
    return answer && ((await answer.json()) as T)
  }
  /** One of the hosts, with its number at the root; null while the root cannot tell. */
  async function someHost(): Promise<{ at: string; host: Host } | null> {
    const found = await read<{ servers: Array<{ id: number; agent_id: string }> }>('/api/servers')
    const host = hosts[Math.floor(random() * hosts.length)]
    const server = found?.servers.find(({ agent_id }) => agent_id === host?.node.id)
    return server && host ? { at: `/api/servers/${server.id}`, host } : null
  }

  const acts: Record<string, () => Promise<boolean>> = {
    async look() {
      for (const path of ['cluster/topology', 'cluster/nodes', 'alerts', 'decisions', 'intents', 'self'])
        if (!(await read(`/api/v1/${path}`))) return false
      return true
    },
    async acknowledge() {
      const found = await read<{ data: { alerts: Array<{ alert_id: number }> } }>('/api/v1/alerts?status=new')
      const alert = found?.data.alerts[0]
      if (!alert) return found !== null
      return (
        (await call('POST', `/api/v1/alerts/${alert.alert_id}/ack`, { acknowledged_by: 'soak', notes: 'seen' })) !==
        null
      )
    },
    async 'list processes'() {
      const found = await someHost()
      return found !== null && (await read(`${found.at}/processes`)) !== null
    },
    async 'file there and back'() {
      const found = await someHost()
      if (found === null) return false
      const bytes = randomBytes(fileBytes)
      const path = join(found.host.files, `file-${Math.floor(random() * 20)}`)
      const form = new FormData()
      form.set('path', path)
      form.set('file', new Blob([bytes]), 'file')
      if (!(await call('POST', `${found.at}/files/upload`, form))) return false
      const answer = await call('GET', `${found.at}/files/download?path=${encodeURIComponent(path)}`)
      if (!answer) return false
      const sha256 = (of: Uint8Array) => createHash('sha256').update(of).digest('hex')
      const isSame = sha256(new Uint8Array(await answer.arrayBuffer())) === sha256(bytes)
      if (!isSame) violation(`${path} came back as another file`)
      return isSame
    },
    async terminal() {
      const found = await someHost()
      const made = found && (await call('POST', `${found.at}/terminal/sessions`, { shell: '/bin/sh' }))
      if (!made) return false
      const { session_id } = (await made.json()) as { session_id: string }
      const address = `${world.root.url.replace('http', 'ws')}${found.at.replace('/api', '/ws')}`
      const terminal = await openTerminal(`${address}/terminal?session=${session_id}`)
      try {
        terminal.type("echo so''ak-$((6*7))\r")
        await terminal.sees('soak-42', seenMs)
        return true
      } finally {
        terminal.close()
        await call('DELETE', `${found.at}/terminal/sessions/${session_id}`)
      }
    },
  }
  if (hosts.some(({ nginx }) => nginx)) acts['site put up and taken down'] = changeSite
  async function changeSite(): Promise<boolean> {
    const found = await someHost()
    const port = found?.host.nginx?.port
    if (!found || port === undefined) return false
    const name = `site-${Math.floor(random() * sites)}`
    const [domain, body] = [`${name}.test`, String(random())]
    // One that is left from an attempt that was cut short.
    await call('DELETE', `${found.at}/nginx/sites/${name}`)
    if (!(await call('POST', `${found.at}/nginx/start`))) return false
    const config = site(port, domain, body)
    if (!(await call('POST', `${found.at}/nginx/sites`, { name, config }))) return false
    const answered = await until('the site answers', async () => (await get(port, domain)).body === body, seenMs)
    return answered && (await call('DELETE', `${found.at}/nginx/sites/${name}`)) !== null
  }
  const names = Object.keys(acts)
  let turn = 0
  await repeat(everyMs, { signal, random }, async () => {
    const name = names[turn++ % names.length] ?? 'look'
    try {
      if (token === '') await signIn()
      tally.add((await acts[name]?.()) ? name : `${name} (not possible just then)`)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      tally.add(`${name} (lost)`)
    }
  })
}
