import { setTimeout as delay } from 'node:timers/promises'
import { parseMessages } from '../reading/messages.ts'
import { markLogs } from './log-mark.ts'
import { findNginx, signalMaster, stillRuns, workersOf } from './master.ts'
import type { NginxPaths, Ran } from './nginx-program.ts'
import { reloadVerdict } from './reload-verdict.ts'

const POLL_MS = 25
/** nginx tries to bind for 2.5 s; a large configuration takes its time too. */
const RELOAD_TIMEOUT_MS = 15_000

/**
 * Reloads a running nginx and waits until its workers are new ones. Not ok, with nginx's words, when it stayed with the old
 * configuration. `paths` are those it runs with; `newLogs`: further error logs in which a refusal may stand.
 */
export async function reloadRunning(paths: NginxPaths, newLogs: readonly string[] = []): Promise<Ran> {
  const before = findNginx(paths.pidFile)
  if (!before) return { ok: false, output: 'nginx is not running' }
  const mark = await markLogs([...new Set([...paths.errorLogs, ...newLogs])])
  if (!signalMaster(before.master, 'SIGHUP')) return { ok: false, output: 'nginx has just ended' }
  const deadline = performance.now() + RELOAD_TIMEOUT_MS
  for (;;) {
    await delay(POLL_MS)
    const news = await mark.news()
    // By the master, not the pid file: that may move with the configuration.
    const verdict = reloadVerdict({
      before: before.workers,
      now: workersOf(before.master),
      masterRuns: stillRuns(before.master),
      messages: parseMessages(news),
    })
    if (verdict === 'taken') return { ok: true, output: `reloaded: master ${before.master.pid}, new workers` }
    if (verdict === 'refused') return { ok: false, output: news }
    if (performance.now() > deadline)
      return { ok: false, output: `${news}\nthe workers did not take it over within ${RELOAD_TIMEOUT_MS} ms`.trim() }
  }
}
