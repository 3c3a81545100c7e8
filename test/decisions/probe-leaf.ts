import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNode } from '../../src/node/node.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { freePort } from '../probe/harness.ts'
import { type Hop, registrationToken } from './tree.ts'

const quietChecks = Object.fromEntries(
  ['cpu', 'memory', 'swap', 'load', 'disk'].map((check) => [check, { enabled: false }]),
)

/** A real leaf: a node without a monitor whose probe supervises a real service, and may start it only when it is allowed. */
export interface ProbeLeaf {
  id: string
  /** How often the service was started. */
  starts(): number
  isServing(): Promise<boolean>
  killService(): void
  close(): Promise<void>
}

export async function startProbeLeaf(parent: Hop, id: string): Promise<ProbeLeaf> {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-leaf-'))
  const port = await freePort()
  const script = join(folder, 'web.mjs')
  const pidFile = join(folder, 'web.pid')
  const startsFile = join(folder, 'starts')
  writeFileSync(
    script,
    `import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
appendFileSync(${JSON.stringify(startsFile)}, 'x')
createServer((_, answer) => answer.end('ok')).listen(${port}, '127.0.0.1')
`,
  )
  const service = {
    name: 'web',
    http: { url: `http://127.0.0.1:${port}/`, body_contains: 'ok' },
    pid_file: pidFile,
    daemon: true,
    start: [process.execPath, script],
    bad_samples: 1,
    good_samples: 1,
    verify_s: 15,
  }
  const env = {
    CORTEX_NODE_ID: id,
    CORTEX_HOST: '127.0.0.1',
    CORTEX_PORT: '0',
    CORTEX_DATA_DIR: join(folder, 'data'),
    CORTEX_MONITOR_ENABLED: 'false',
    CORTEX_UPSTREAM_URL: parent.address(),
    CORTEX_UPSTREAM_TOKEN: registrationToken,
    CORTEX_REPORT_INTERVAL_S: '0.3',
    CORTEX_PROBE_CHECKS: JSON.stringify(quietChecks),
    CORTEX_PROBE_SERVICES: JSON.stringify([service]),
    CORTEX_PROBE_DECISIONS: JSON.stringify({ retry_min_s: 0.05, retry_max_s: 0.3, deadline_s: 10 }),
  }
  const node = await startNode(loadConfig({ env }), createLogger({ level: 'silent' }))
  const killService = (): void => {
    if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL')
  }
  return {
    id,
    starts: () => (existsSync(startsFile) ? readFileSync(startsFile, 'utf8').length : 0),
    async isServing() {
      try {
        return (await fetch(service.http.url)).ok
      } catch (error) {
        if (error instanceof TypeError) return false
        throw error
      }
    },
    killService,
    async close() {
      await node.stop('the test is over')
      killService()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
