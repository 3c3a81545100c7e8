import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../platform/config/schema.ts'
import { newIdentity, parentAt, parseIdentity, type Identity } from '../tree/uplink/identity.ts'
import { normalizeParentUrl } from '../tree/uplink/parents.ts'
import type { Finding } from './doctor-checks.ts'
import { whyUnreachable } from './monitor-client.ts'

const maxSkewMs = 30_000
/** Any row will do: a good key is told apart from a bad one by 401 alone. */
const harmlessPath = '/api/v1/decisions/1'

/** Whether each parent can be reached, takes this node's key, and has about the same time. */
export async function checkParents(config: Config, signal: AbortSignal): Promise<Finding[]> {
  const identity = config.replicas.enabled ? newIdentity('in the database') : identityIn(config.data_dir)
  const findings: Finding[] = []
  for (const text of config.upstream.urls) {
    findings.push(...(await checkParent(normalizeParentUrl(text), identity, config, signal)))
  }
  return findings
}

function identityIn(dataDir: string): Identity {
  const file = join(dataDir, 'identity.json')
  return existsSync(file) ? parseIdentity(readFileSync(file, 'utf8')) : newIdentity('not made yet')
}

async function checkParent(url: string, identity: Identity, config: Config, signal: AbortSignal): Promise<Finding[]> {
  const entry = parentAt(identity, url)
  let response: Response
  try {
    response = await fetch(`${url}${entry ? harmlessPath : '/healthz'}`, {
      headers: entry ? { 'x-api-key': entry.api_key } : {},
      signal,
    })
    await response.arrayBuffer()
  } catch (error) {
    const todo = 'see whether it runs, and whether a firewall or a proxy stands between'
    return [{ status: 'failed', text: `${url} cannot be reached: ${whyUnreachable(error)}`, todo }]
  }
  return [keyFinding(url, entry !== undefined, response.status, config), ...skewFindings(url, response)]
}

function keyFinding(url: string, isRegistered: boolean, status: number, config: Config): Finding {
  const { upstream, node, replicas } = config
  if (status === 401) {
    const todo = `run cortex join ${url} --token <its registration token>`
    return { status: 'failed', text: `${url} does not take the key of ${node.id}`, todo }
  }
  if (status >= 500) return { status: 'failed', text: `${url} answers ${status}`, todo: 'run cortex doctor there' }
  if (replicas.enabled) return { status: 'ok', text: `${url} answers; the key of ${node.id} is in its database` }
  if (isRegistered) return { status: 'ok', text: `${url} answers and takes the key of ${node.id}` }
  if (upstream.token !== undefined)
    return { status: 'ok', text: `${url} answers; the first start registers ${node.id}` }
  const todo = `run cortex join ${url} --token <its registration token>`
  return { status: 'failed', text: `${node.id} is not registered at ${url}`, todo }
}

function skewFindings(url: string, response: Response): Finding[] {
  const theirs = Date.parse(response.headers.get('date') ?? '')
  const skewMs = Date.now() - theirs
  if (Number.isNaN(skewMs) || Math.abs(skewMs) <= maxSkewMs) return []
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  const text = `the clock here is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} that of ${url}`
  return [{ status: 'warning', text, todo: 'let both keep their time by NTP (systemd-timesyncd, chrony)' }]
}
