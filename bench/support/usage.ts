import { readFileSync } from 'node:fs'

/** Clock ticks of `/proc/<pid>/stat` in a second, the same on every Linux. */
const ticksPerSecond = 100

export interface Usage {
  rssMb: number
  /** Used since it started, its ended children included. */
  cpuSeconds: number
}

/** What a running process holds and has used. */
export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const rssKb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1])
  // utime, stime, cutime, cstime: fields 14 to 17, counted behind the name, which may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { rssMb: rssKb / 1024, cpuSeconds: ticks / ticksPerSecond }
}
