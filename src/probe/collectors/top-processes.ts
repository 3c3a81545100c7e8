import { cpuPercent } from './process-cpu.ts'
import { listPids, readProcess, type ProcessStat } from './process-stat.ts'

export interface TopProcess {
  pid: number
  name: string
  /** Of one core: two busy cores are 200. */
  cpuPercent: number
  rssBytes: number
  startTicks: number
}

const PAGE_BYTES = 4096
const MAX_READ = 4096
const SHOWN = 10

/** The processes that use most CPU, and then most memory, between two looks at the process table. */
export function topProcesses(
  before: ReadonlyMap<number, ProcessStat>,
  now: readonly ProcessStat[],
  elapsedMs: number,
): TopProcess[] {
  const all = now.map((process): TopProcess => {
    return {
      pid: process.pid,
      name: process.name,
      cpuPercent: cpuPercent(before.get(process.pid), process, elapsedMs),
      rssBytes: process.rssPages * PAGE_BYTES,
      startTicks: process.startTicks,
    }
  })
  const byCpu = all.toSorted((a, b) => b.cpuPercent - a.cpuPercent || b.rssBytes - a.rssBytes).slice(0, SHOWN / 2)
  const byMemory = all.toSorted((a, b) => b.rssBytes - a.rssBytes)
  const chosen = new Map(byCpu.map((process) => [process.pid, process]))
  for (const process of byMemory) {
    if (chosen.size >= SHOWN) break
    chosen.set(process.pid, process)
  }
  return [...chosen.values()]
}

/**
 * Looks at the process table no more often than every `everyMs`, because one look costs about 10 µs a process; between
 * looks the last answer stands. At most 4096 processes are read.
 */
export function createTopProcesses({
  procRoot,
  monotonicMs,
  everyMs,
}: {
  procRoot: string
  monotonicMs: () => number
  everyMs: number
}) {
  let seen = new Map<number, ProcessStat>()
  let seenAt = -Infinity
  let answer: TopProcess[] = []
  return {
    read(pids: number[] = listPids(procRoot)): TopProcess[] {
      const now = monotonicMs()
      if (now - seenAt < everyMs) return answer
      const processes: ProcessStat[] = []
      for (const pid of pids.slice(0, MAX_READ)) {
        const process = readProcess(procRoot, pid)
        if (process) processes.push(process)
      }
      answer = topProcesses(seen, processes, now - seenAt)
      seen = new Map(processes.map((process) => [process.pid, process]))
      seenAt = now
      return answer
    },
  }
}
