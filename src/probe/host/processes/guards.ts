import { type AppError, conflict, forbidden, notFound } from '../../../contract/errors.ts'
import type { ProcessStat } from '../../collectors/process-stat.ts'
import type { ProcessFacts } from './process-facts.ts'
import { isSameStart } from './start-time.ts'

/** What is known of a process when it is to be signalled. */
export interface Target {
  pid: number
  stat: ProcessStat | null
  facts: ProcessFacts | null
  bootTimeMs: number
  /** This node, or what it was started by. */
  isOurs: boolean
  /** The node's database, or a process of it. */
  isDatabase: boolean
}

/** Why a process is not signalled, as the answer to be given; null when it may be. The order is the order of weight. */
export function whyNot(target: Target, createTime: string | undefined): AppError | null {
  const { pid, stat, facts } = target
  const details = { pid }
  if (pid === 1) {
    return forbidden('不能向 1 号进程发送信号', 'Process 1 is never signalled: the host would stop', { details })
  }
  // A thread's number signals its whole process, so it is no number of a process here.
  if (!stat || !facts || facts.threadGroup !== pid || stat.state === 'X') {
    return notFound(`进程 ${pid} 不存在`, `There is no process ${pid}`, { details })
  }
  if (target.isOurs) {
    return forbidden(
      `进程 ${pid} 是节点自身或启动它的进程，不能从这里终止`,
      `Process ${pid} is this node or what started it and is not signalled from here`,
      { details },
    )
  }
  if (target.isDatabase) {
    return forbidden(
      `进程 ${pid} 属于节点的数据库，不能从这里终止`,
      `Process ${pid} belongs to the node's own database and is not signalled from here`,
      { details },
    )
  }
  if (createTime !== undefined && !isSameStart(Date.parse(createTime), target.bootTimeMs, stat.startTicks)) {
    return conflict(
      `进程号 ${pid} 已属于另一个进程（${stat.name}），未发送信号；请刷新列表`,
      `The number ${pid} belongs to another process by now (${stat.name}): nothing was sent, list again`,
      { details: { ...details, name: stat.name } },
    )
  }
  if (stat.state === 'Z') {
    return conflict(
      `进程 ${pid} 已结束，正等待父进程 ${stat.ppid} 回收`,
      `Process ${pid} has ended and waits for its parent ${stat.ppid} to collect it`,
      { details: { ...details, ppid: stat.ppid } },
    )
  }
  if (!facts.hasMemory) {
    return forbidden(`进程 ${pid} 是内核线程，不能终止`, `Process ${pid} is a thread of the kernel`, { details })
  }
  return null
}
