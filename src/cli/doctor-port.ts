import { createServer } from 'node:net'
import { z } from 'zod'
import { loopbackAddress } from '../node/address.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Finding } from './doctor-checks.ts'
import { jsonOrNull } from './monitor-client.ts'

const Self = z.object({ data: z.object({ agent_id: z.string() }) })
const Health = z.object({ status: z.literal('ok') })

/** Whether the node can listen where it is told to, or does so already. */
export async function checkPort(config: Config, signal: AbortSignal): Promise<Finding> {
  const { host, port } = config.server
  const where = `${host}:${port}`
  if (port === 0) return { status: 'ok', text: 'a free one is taken at every start' }
  const code = await listenError(host, port)
  if (code === null) return { status: 'ok', text: `${where} is free; the node does not run now` }
  if (code === 'EACCES') {
    return { status: 'failed', text: `this user may not listen on ${where}`, todo: 'use a port above 1023' }
  }
  if (code !== 'EADDRINUSE') {
    return { status: 'failed', text: `${where} cannot be used (${code})`, todo: 'set server.host (CORTEX_HOST)' }
  }
  const holder = await whoListens(loopbackAddress(config.server, port), signal)
  if (holder === config.node.id) return { status: 'ok', text: `${config.node.id} runs and listens on ${where}` }
  if (holder === 'a monitor' && config.monitor.enabled) return { status: 'ok', text: `a monitor runs on ${where}` }
  const who = holder === null ? 'another program' : `the node ${holder}`
  return { status: 'failed', text: `${who} listens on ${where}`, todo: 'stop it, or set server.port (CORTEX_PORT)' }
}

function listenError(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })
}

/** agent_id of the leaf that listens there, `a monitor` for one that tells it only to people, null for another program. */
async function whoListens(url: string, signal: AbortSignal): Promise<string | null> {
  try {
    const self = await fetch(`${url}/api/v1/self`, { signal })
    const answer = Self.safeParse(jsonOrNull(await self.text()))
    if (answer.success) return answer.data.data.agent_id
    const health = await fetch(`${url}/healthz`, { signal })
    return self.status === 401 && Health.safeParse(jsonOrNull(await health.text())).success ? 'a monitor' : null
  } catch (error) {
    if (signal.aborted) throw error
    // It speaks no HTTP: another program, which is what is asked here.
    return null
  }
}
