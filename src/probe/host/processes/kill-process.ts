import { forbidden } from '../../../contract/errors.ts'
import type { ProcessKilled, ProcessKillParams } from '../../../contract/operations/processes.ts'
import { readProcess } from '../../collectors/process-stat.ts'
import { hasEnded, signalProcess } from '../../remedies/end-process.ts'
import { isOurs } from '../../remedies/pid-guard.ts'
import { whyNot } from './guards.ts'
import { readBootTimeMs } from './list-processes.ts'
import { readProcFile } from './proc-file.ts'
import { parseStatus } from './process-facts.ts'

const MAX_PARENTS = 64

/**
 * Signals one process and waits at most `waitMs` for its end. What `whyNot` names is refused. The process that was judged
 * is the one that is signalled: its start time is read again right before.
 */
export async function killProcess(
  { pid, signal, create_time: createTime }: ProcessKillParams,
  { procRoot, databasePids, waitMs }: { procRoot: string; databasePids: readonly number[]; waitMs: number },
): Promise<ProcessKilled> {
  const stat = readProcess(procRoot, pid)
  const refusal = whyNot(
    {
      pid,
      stat,
      facts: parseStatus(readProcFile(`${procRoot}/${pid}/status`) ?? ''),
      bootTimeMs: readBootTimeMs(procRoot),
      isOurs: isOurs(pid, procRoot),
      isDatabase: isOrDescendsFrom(pid, databasePids, procRoot),
    },
    createTime,
  )
  if (refusal) throw refusal
  // `whyNot` lets nobody pass who is not there.
  if (!stat || !sendSignal(stat, `SIG${signal}`, procRoot)) return { pid, signal, exited: true }
  return { pid, signal, exited: await hasEnded(stat, { procRoot, timeoutMs: waitMs }) }
}

function sendSignal(stat: Parameters<typeof signalProcess>[0], signal: NodeJS.Signals, procRoot: string): boolean {
  try {
    return signalProcess(stat, signal, procRoot)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') throw cause
    throw forbidden(
      `操作系统拒绝向进程 ${stat.pid}（${stat.name}）发送信号：它属于其他用户`,
      `The operating system does not let this node signal process ${stat.pid} (${stat.name}): it is another user's`,
      { details: { pid: stat.pid, errno: 'EPERM' }, cause },
    )
  }
}

function isOrDescendsFrom(pid: number, ancestors: readonly number[], procRoot: string): boolean {
  let current = pid
  for (let depth = 0; depth < MAX_PARENTS && current > 1; depth += 1) {
    if (ancestors.includes(current)) return true
    current = readProcess(procRoot, current)?.ppid ?? 0
  }
  return false
}
