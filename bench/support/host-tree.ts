import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { below, type CortexNode, monitorOver, startCortex } from './cortex.ts'
import type { Scene } from './scene.ts'

/** A root, two regions below one another and a leaf: three links from top to bottom; a second leaf stands right below the root. */
export interface HostTree {
  root: CortexNode
  /** From the root down to the deep leaf. */
  line: CortexNode[]
  /** Numbers at the root of the hosts that are so many links away. */
  serverAt: { 0: number; 1: number; 3: number }
  /** The headers of an admin at the root. */
  headers: Record<string, string>
  /** A folder that the hosts give out, readable for everybody. */
  files: string
  stop(): Promise<void>
}

const readyTimeoutMs = 30_000

/** Plants it; ready when every host answers the root. */
export async function startHostTree(
  scene: Scene,
  name: string,
  nodeArguments: readonly string[] = [],
): Promise<HostTree> {
  const files = join(scene.folder, `${name}-files`)
  mkdirSync(files)
  chmodSync(files, 0o755)
  const host = {
    CORTEX_PROBE_ENABLED: 'true',
    CORTEX_CAPABILITIES: `terminal,processes,files:${files}`,
    CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000',
    // What the terminals are told to do is of the bench, and still needs no more rights than nobody's.
    ...(process.getuid?.() === 0 ? { CORTEX_TERMINAL_RUN_AS: 'nobody' } : {}),
  }
  const monitor = async (id: string, above?: CortexNode) =>
    startCortex(
      scene,
      `${name}-${id}`,
      { ...monitorOver(await scene.newDatabase(`${name}_${id}`)), ...(above ? below(above) : host) },
      nodeArguments,
    )
  const leaf = (id: string, above: CortexNode) =>
    startCortex(scene, `${name}-${id}`, { ...host, CORTEX_MONITOR_ENABLED: 'false', ...below(above) }, nodeArguments)
  const root = await monitor('root')
  const near = await leaf('near', root)
  const upper = await monitor('upper', root)
  const lower = await monitor('lower', upper)
  const deep = await leaf('deep', lower)
  const headers = { authorization: `Bearer ${await root.login()}` }

  const numbered = async (id: string): Promise<number> => {
    for (const beganAt = performance.now(); ; await sleep(100)) {
      const found = await serverNumber(root, headers, `${name}-${id}`)
      if (found !== null) return found
      if (performance.now() - beganAt > readyTimeoutMs) throw new Error(`the host of ${id} does not answer the root`)
    }
  }
  return {
    root,
    line: [root, upper, lower, deep],
    serverAt: { 0: await numbered('root'), 1: await numbered('near'), 3: await numbered('deep') },
    headers,
    files,
    async stop() {
      for (const node of [deep, lower, upper, near, root]) await node.stop()
    },
  }
}

/** Null while its host does not answer. */
async function serverNumber(
  root: CortexNode,
  headers: Record<string, string>,
  agentId: string,
): Promise<number | null> {
  const listed = await fetch(`${root.url}/api/servers`, { headers })
  const { servers } = (await listed.json()) as { servers: Array<{ id: number; agent_id: string }> }
  const id = servers.find((server) => server.agent_id === agentId)?.id
  if (id === undefined) return null
  const answer = await fetch(`${root.url}/api/servers/${id}/files/roots`, { headers })
  await answer.arrayBuffer()
  return answer.ok ? id : null
}

/** A shell script that everybody may read. */
export function writeScript(folder: string, name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o644 })
  return path
}
