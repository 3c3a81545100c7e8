import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../probe/harness.ts'

/** A small HTTP service that a probe supervises, and that may be started only when that was approved. */
export interface SupervisedService {
  /** For the environment of the leaf that supervises it; it checks nothing else. */
  env: Record<string, string>
  /** When it was started, in ms since the epoch, each time. */
  starts(): number[]
  isServing(): Promise<boolean>
  /** Ends its process, if there is one. */
  kill(): void
  /** Ends it and removes what it left. */
  close(): void
}

const quietChecks = Object.fromEntries(
  ['cpu', 'memory', 'swap', 'load', 'disk'].map((check) => [check, { enabled: false }]),
)

/** Describes a service that does not run yet; `decisions` is `probe.decisions` of its leaf. */
export async function supervisedService({
  name = 'web',
  decisions = {},
}: { name?: string; decisions?: Record<string, number> } = {}): Promise<SupervisedService> {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-service-'))
  const port = await freePort()
  const [script, pidFile, startsFile] = ['web.mjs', 'web.pid', 'starts'].map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ]
  writeFileSync(
    script,
    `import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
appendFileSync(${JSON.stringify(startsFile)}, Date.now() + '\\n')
createServer((_, answer) => answer.end('ok')).listen(${port}, '127.0.0.1')
`,
  )
  const service = {
    name,
    http: { url: `http://127.0.0.1:${port}/`, body_contains: 'ok' },
    pid_file: pidFile,
    daemon: true,
    start: [process.execPath, script],
    bad_samples: 1,
    good_samples: 1,
    verify_s: 30,
  }
  function kill(): void {
    if (!existsSync(pidFile)) return
    try {
      process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL')
    } catch (error) {
      // It has ended already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  return {
    env: {
      CORTEX_PROBE_CHECKS: JSON.stringify(quietChecks),
      CORTEX_PROBE_SERVICES: JSON.stringify([service]),
      CORTEX_PROBE_DECISIONS: JSON.stringify({ retry_min_s: 0.05, retry_max_s: 0.5, deadline_s: 10, ...decisions }),
    },
    starts: () => (existsSync(startsFile) ? readFileSync(startsFile, 'utf8').trim().split('\n').map(Number) : []),
    async isServing() {
      try {
        return (await fetch(service.http.url)).ok
      } catch (error) {
        if (error instanceof TypeError) return false
        throw error
      }
    },
    kill,
    close() {
      kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
