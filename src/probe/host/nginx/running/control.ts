import { setTimeout as delay } from 'node:timers/promises'
import { conflict } from '../../../../contract/errors.ts'
import type { NginxOutcome } from '../../../../contract/operations/nginx.ts'
import { notRunning, nginxRefuses, nginxTooSlow } from '../nginx.errors.ts'
import { reasonOf } from '../reading/messages.ts'
import { findNginx, type RunningNginx, signalMaster, stillRuns, workersOf } from './master.ts'
import type { NginxPaths, NginxProgram } from './nginx-program.ts'
import { reloadRunning } from './reload.ts'
import type { NginxUnit } from './systemd.ts'

const POLL_MS = 25
const START_TIMEOUT_MS = 10_000
const WORKERS_TIMEOUT_MS = 2_000
/** Open requests get this long to end, then they are cut. */
const GRACE_MS = 5_000
const STOP_TIMEOUT_MS = 5_000

/** Starting and stopping the one nginx of the host. Whoever calls has the turn (see turns.ts). */
export interface NginxControl {
  start(): Promise<NginxOutcome>
  stop(): Promise<NginxOutcome>
  /** Tests first: a configuration that does not hold leaves the running one alone. */
  restart(): Promise<NginxOutcome>
  reload(): Promise<NginxOutcome>
}

const done = (output: string): NginxOutcome => ({ success: true, output: output.trim().slice(0, 8_192) })

export function createControl({ program, unit }: { program: NginxProgram; unit: () => Promise<NginxUnit | null> }) {
  async function demandGoodConfig(): Promise<string> {
    const tested = await program.test()
    if (!tested.ok) throw nginxRefuses(reasonOf(tested.output), tested.output)
    return tested.output
  }

  async function begin(paths: NginxPaths): Promise<NginxOutcome> {
    const byUnit = await unit()
    if (!byUnit && paths.foreground)
      throw conflict(
        'nginx 配置为前台运行（daemon off），由其他程序管理；请在那里启动',
        'nginx is configured to run in the foreground (daemon off): start it where that is done',
      )
    const ran = byUnit ? await byUnit.run('start') : await program.begin()
    if (!ran.ok) throw nginxRefuses(reasonOf(ran.output), ran.output)
    const running = await waitFor(() => findNginx(paths.pidFile), START_TIMEOUT_MS)
    if (!running) throw nginxTooSlow('start', START_TIMEOUT_MS)
    // A moment after its master; an nginx that is configured to work without any runs too.
    await waitFor(() => (workersOf(running.master).length > 0 ? true : null), WORKERS_TIMEOUT_MS)
    return done(`${ran.output}\nnginx runs as process ${running.master.pid}`)
  }

  async function end(running: RunningNginx): Promise<NginxOutcome> {
    const byUnit = await unit()
    const ran = await byUnit?.run('stop')
    const gone = (): true | null => (stillRuns(running.master) ? null : true)
    if (ran?.ok && (await waitFor(gone, STOP_TIMEOUT_MS))) return done(`${ran.output}\nnginx has stopped`)
    for (const [signal, patienceMs] of [
      ['SIGQUIT', GRACE_MS],
      ['SIGTERM', STOP_TIMEOUT_MS],
    ] as const) {
      signalMaster(running.master, signal)
      if (await waitFor(gone, patienceMs)) return done(`nginx has stopped (${signal})`)
    }
    throw nginxTooSlow('stop', GRACE_MS + STOP_TIMEOUT_MS)
  }

  const control: NginxControl = {
    async start() {
      const paths = await program.paths()
      const running = findNginx(paths.pidFile)
      if (running) return done(`nginx runs already as process ${running.master.pid}`)
      await demandGoodConfig()
      return begin(paths)
    },
    async stop() {
      const running = findNginx((await program.paths()).pidFile)
      return running ? end(running) : done('nginx was not running')
    },
    async restart() {
      const paths = await program.paths()
      await demandGoodConfig()
      const running = findNginx(paths.pidFile)
      const stopped = running ? await end(running) : done('nginx was not running')
      const started = await begin(paths)
      return done(`${stopped.output}\n${started.output}`)
    },
    async reload() {
      const paths = await program.paths()
      const tested = await demandGoodConfig()
      if (!findNginx(paths.pidFile)) throw notRunning()
      const reloaded = await reloadRunning(paths)
      if (!reloaded.ok) throw nginxRefuses(reasonOf(reloaded.output), reloaded.output)
      return done(`${tested}\n${reloaded.output}`)
    },
  }
  return control
}

async function waitFor<T>(look: () => T | null, timeoutMs: number): Promise<T | null> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const seen = look()
    if (seen !== null || performance.now() > deadline) return seen
    await delay(POLL_MS)
  }
}
