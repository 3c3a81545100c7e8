import { request } from 'node:http'
import type { ContainerConfig } from '../../platform/config/probe-checks.section.ts'
import type { Observation } from '../observation.ts'
import type { Check } from './check.ts'
import { ContainerList, containerHealth } from './container-state.ts'

const MAX_ANSWER_BYTES = 8_388_608

/** One watched container; all of them share one question to the engine. */
export function containerCheck(
  config: ContainerConfig,
  { timeoutMs, list }: { timeoutMs: number; list: ContainerLister },
): Check {
  return {
    name: `container ${config.name}`,
    everyMs: 0,
    timeoutMs,
    badSamples: config.bad_samples,
    goodSamples: config.good_samples,
    async look({ signal, fresh }): Promise<Observation[]> {
      const { well, state, status } = containerHealth(await list({ signal, fresh }), config.name)
      const fix = config.fix_command
      return [
        {
          type: 'container_down',
          subject: config.name,
          level: well ? null : fix === undefined ? 'L3' : 'L2',
          severity: 'high',
          description: `容器 ${config.name} 不正常：${state} ${status}`.trim(),
          details: { container: config.name, state, status },
          ...(!well && fix !== undefined
            ? {
                action: { type: 'command.run', command: fix } as const,
                risk: '由本节点配置中列出的命令处理；风险取决于该命令。',
              }
            : {}),
        },
      ]
    },
  }
}

export type ContainerLister = (options: { signal: AbortSignal; fresh: boolean }) => Promise<ContainerList>

const SHARED_FOR_MS = 1_000

/** Lists all containers over the engine's socket; rejects, saying so, where no engine answers. */
export function createContainerLister({
  socketPath,
  monotonicMs,
}: {
  socketPath: string
  monotonicMs: () => number
}): ContainerLister {
  let shared: { atMs: number; answer: Promise<ContainerList> } | null = null
  return async ({ signal, fresh }) => {
    const now = monotonicMs()
    if (fresh || shared === null || now - shared.atMs >= SHARED_FOR_MS)
      shared = { atMs: now, answer: listContainers(socketPath, signal) }
    return shared.answer
  }
}

function listContainers(socketPath: string, signal: AbortSignal): Promise<ContainerList> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path: '/containers/json?all=1', signal, agent: false }, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > MAX_ANSWER_BYTES) response.destroy(new Error('the container engine answered too much'))
      })
      response.on('error', reject)
      response.on('end', () => {
        try {
          if (response.statusCode !== 200) throw new Error(`the container engine answered ${response.statusCode}`)
          resolve(ContainerList.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))))
        } catch (error) {
          reject(error)
        }
      })
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'EACCES'
      reject(absent ? new Error(`no container engine at ${socketPath} (${error.code})`, { cause: error }) : error)
    })
    sent.end()
  })
}
