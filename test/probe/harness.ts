import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { z } from 'zod'
import type { DecisionAnswer, DecisionRequest } from '../../src/contract/decisions.ts'
import { Report } from '../../src/contract/reports.ts'
import { ProbeSection } from '../../src/platform/config/probe.section.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { readProcess } from '../../src/probe/collectors/process-stat.ts'
import type { DeliveredResult } from '../../src/probe/execution.ts'
import { createProbe, type Probe } from '../../src/probe/probe.ts'
import { answerTo } from './answer.ts'

/** A new folder that is removed when the test ends. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cortex-probe-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Waits until `condition` holds, at most `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 15_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await delay(20)
  }
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export type Decide = (request: DecisionRequest) => Partial<DecisionAnswer> | Promise<Partial<DecisionAnswer>>

export interface Harness {
  probe: Probe
  requests: DecisionRequest[]
  results: DeliveredResult[]
  reports: Report[]
  /** From now on no report can be handed over. */
  refuseReports(): void
}

/** No host check may disturb what a test looks at. */
const quiet = {
  cpu: { enabled: false },
  memory: { enabled: false },
  swap: { enabled: false },
  load: { enabled: false },
  disk: { enabled: false },
}

/** A probe with its journal in `folder` and a monitor that is a function; stopped when the test ends. */
export function startProbe(
  folder: string,
  config: z.input<typeof ProbeSection>,
  decide: Decide = () => ({ status: 'pending' }),
): Harness {
  let id = 0
  const run = Math.random().toString(36).slice(2)
  let refusing = false
  const harness: Omit<Harness, 'probe'> = {
    requests: [],
    results: [],
    reports: [],
    refuseReports: () => void (refusing = true),
  }
  const decisions = { retry_min_s: 0.02, retry_max_s: 0.05, ...config.decisions }
  const probe = createProbe({
    config: ProbeSection.parse({ ...config, decisions, checks: { ...quiet, ...config.checks } }),
    agentId: 'leaf',
    version: '1.0.0',
    journalFile: join(folder, 'probe.db'),
    deliver: {
      report(report) {
        if (refusing) throw new Error('the disk is full')
        harness.reports.push(Report.parse(report))
      },
      result: (result) => void harness.results.push(result),
      requestDecision: async (request) => {
        harness.requests.push(request)
        return answerTo(request, await decide(request))
      },
    },
    logger: createLogger({ level: 'silent' }),
    clock: () => Date.now(),
    random: () => 0.5,
    ids: () => `id-${run}-${(id += 1)}`,
  })
  onTestFinished(() => probe.stop())
  return { probe, ...harness }
}

/** The number in a pid file, or null when there is no such file. */
export function pidOf(file: string): number | null {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null
}

export function isAlive(pid: number): boolean {
  const found = readProcess('/proc', pid)
  return found !== null && found.state !== 'Z' && found.state !== 'X'
}

/** A small HTTP service in its own process, and the config by which a probe supervises it; ended with the test. */
export async function httpService(folder: string, name = 'web') {
  const port = await freePort()
  const script = join(folder, `${name}.mjs`)
  const pidFile = join(folder, `${name}.pid`)
  await writeFile(
    script,
    `import { createServer } from 'node:http'\ncreateServer((_q, s) => s.end('ok')).listen(${port}, '127.0.0.1')\n`,
  )
  onTestFinished(() => {
    const pid = pidOf(pidFile)
    if (pid !== null && isAlive(pid)) process.kill(pid, 'SIGKILL')
  })
  return {
    pidFile,
    config: {
      name,
      http: { url: `http://127.0.0.1:${port}/`, body_contains: 'ok' },
      pid_file: pidFile,
      daemon: true,
      start: [process.execPath, script],
      log_file: join(folder, `${name}.log`),
      bad_samples: 1,
      good_samples: 1,
      verify_s: 15,
    },
  }
}
