import { styleText } from 'node:util'
import { z } from 'zod'
import { NodeList, Topology, type TopologyNode } from '../contract/cluster.ts'
import { loopbackAddress } from '../node/address.ts'
import type { Config } from '../platform/config/schema.ts'
import { ExitCode, type CommandContext, type ConfigOption } from './command-line.ts'
import { createMonitorClient, type Credentials, type MonitorClient } from './monitor-client.ts'
import { loadNodeConfig } from './node-config.ts'
import { PlainError } from './plain-error.ts'
import { askHidden } from './read-password.ts'
import { treeLines, type NodeFacts } from './tree-text.ts'
import { watchTree } from './tree-watch.ts'

export type TreeOptions = ConfigOption & {
  url?: string
  token?: string
  user?: string
  root?: string
  depth?: number
  watch?: boolean
  json?: boolean
}

const pageSize = 1_000
/** Beyond this many nodes the tree is shown without the ages of all of them. */
const maxPages = 10

/** `cortex tree`: the topology of a monitor, once or followed. */
export async function runTree(options: TreeOptions, context: CommandContext): Promise<ExitCode> {
  const config = options.url === undefined || options.token === undefined ? loadNodeConfig(options, context) : null
  const url = (options.url ?? monitorOf(config)).replace(/\/+$/, '')
  const client = createMonitorClient(url, await credentialsOf(options, config, context))
  const onTerminal = process.stdout.isTTY && !options.json
  const show = async (): Promise<string> =>
    options.json ? await jsonText(client, options) : await plainText(client, options, onTerminal)
  if (!options.watch) {
    context.out(await show())
    return ExitCode.ok
  }
  await watchTree({ client, show, out: context.out, onTerminal })
  return ExitCode.ok
}

/** The monitor on this host, else the parent of its leaf. */
function monitorOf(config: Config | null): string {
  if (!config) throw new PlainError('--url is needed')
  const [parent] = config.upstream.urls
  if (config.monitor.enabled || parent === undefined) return loopbackAddress(config.server, config.server.port)
  return parent
}

async function credentialsOf(
  { token, user = 'admin' }: TreeOptions,
  config: Config | null,
  { err }: CommandContext,
): Promise<Credentials> {
  if (token !== undefined) return { token }
  const known = user === 'admin' ? config?.monitor.admin_password : undefined
  if (known !== undefined) return { username: user, password: known }
  if (!process.stdin.isTTY) {
    throw new PlainError('not logged in: give --token, or the password of admin in CORTEX_ADMIN_PASSWORD')
  }
  return { username: user, password: await askHidden(process.stdin, err, `Password of ${user}: `) }
}

function topologyPath({ root, depth }: TreeOptions): string {
  const query = new URLSearchParams()
  if (root !== undefined) query.set('root', root)
  if (depth !== undefined) query.set('depth', String(depth))
  return `/cluster/topology?${query.toString()}`
}

async function jsonText(client: MonitorClient, options: TreeOptions): Promise<string> {
  const topology = await client.get(topologyPath(options), z.looseObject({ root: z.looseObject({}) }))
  return `${options.watch ? JSON.stringify(topology) : JSON.stringify(topology, null, 2)}\n`
}

async function plainText(client: MonitorClient, options: TreeOptions, colours: boolean): Promise<string> {
  const [topology, facts] = await Promise.all([client.get(topologyPath(options), Topology), factsOf(client)])
  const lines = treeLines(topology.root, { facts, nowMs: Date.now(), ...(colours ? { paint } : {}) })
  return `${lines.join('\n')}\n\n${legend(topology)}\n`
}

function legend({ total_nodes, max_depth }: z.infer<typeof Topology>): string {
  const size = `${total_nodes} ${total_nodes === 1 ? 'node' : 'nodes'} on ${max_depth} ${max_depth === 1 ? 'level' : 'levels'}`
  return `${size}   ● healthy  ▲ warning  ◆ critical  ○ offline  ◌ unreachable  ? unknown`
}

async function factsOf(client: MonitorClient): Promise<Map<string, NodeFacts>> {
  const facts = new Map<string, NodeFacts>()
  for (let page = 0; page < maxPages; page += 1) {
    const { nodes } = await client.get(`/cluster/nodes?limit=${pageSize}&offset=${page * pageSize}`, NodeList)
    for (const { agent_id, issues_count, last_heartbeat, stale_since } of nodes) {
      facts.set(agent_id, {
        issues: issues_count,
        lastHeartbeatMs: timeOf(last_heartbeat),
        staleSinceMs: timeOf(stale_since),
      })
    }
    if (nodes.length < pageSize) break
  }
  return facts
}

const timeOf = (text: string | null): number | null => (text === null ? null : Date.parse(text))

const colours = { '●': 'green', '▲': 'yellow', '◆': 'red', '○': 'red', '◌': 'magenta', '?': 'gray' } as const

function paint(_node: TopologyNode, symbol: string): string {
  const colour = Object.entries(colours).find(([known]) => known === symbol)?.[1] ?? 'gray'
  return styleText(colour, symbol, { validateStream: false })
}
