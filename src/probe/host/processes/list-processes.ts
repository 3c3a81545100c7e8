import { setTimeout as delay } from 'node:timers/promises'
import type { HostProcess, ListeningPort, ProcessList } from '../../../contract/operations/processes.ts'
import { cpuPercent } from '../../collectors/process-cpu.ts'
import { listPids, type ProcessStat, readProcess } from '../../collectors/process-stat.ts'
import { readUserNames, type UserNames } from '../user-names.ts'
import { createBreather } from './breather.ts'
import { fitList } from './fit-list.ts'
import { parseStatus, shownCommand, statusOf } from './process-facts.ts'
import { readProcFile } from './proc-file.ts'
import { portsByPid } from './socket-owners.ts'
import { startedAtMs, parseBootTimeMs } from './start-time.ts'

const SAMPLE_MS = 200
/** How long reading may keep everybody else waiting. */
const SLICE_MS = 8
const MAX_READ = 16_384

export interface ProcessListParts {
  procRoot: string
  monotonicMs: () => number
  clock: () => number
  /** Of the list as JSON. */
  maxBytes: number
}

interface Sample {
  stat: ProcessStat
  atMs: number
}

/** Lists the processes of this host. Who asks while a list is being made gets that one. */
export function createProcessList(parts: ProcessListParts): () => Promise<ProcessList> {
  let running: Promise<ProcessList> | null = null
  return () => {
    running ??= listProcesses(parts).finally(() => (running = null))
    return running
  }
}

async function listProcesses({ procRoot, monotonicMs, clock, maxBytes }: ProcessListParts): Promise<ProcessList> {
  const breathe = createBreather(monotonicMs, SLICE_MS)
  const look = (pid: number): Sample | null => {
    const stat = readProcess(procRoot, pid)
    return stat && { stat, atMs: monotonicMs() }
  }

  const startedMs = monotonicMs()
  const before = new Map<number, Sample>()
  for (const pid of listPids(procRoot).slice(0, MAX_READ)) {
    await breathe()
    const sample = look(pid)
    if (sample) before.set(pid, sample)
  }
  const users = await readUserNames()
  const ports = await portsByPid(procRoot, [...before.keys()], breathe)
  await delay(Math.max(0, startedMs + SAMPLE_MS - monotonicMs()))

  const bootTimeMs = readBootTimeMs(procRoot)
  const pids = listPids(procRoot).sort((a, b) => a - b)
  const processes: HostProcess[] = []
  for (const pid of pids.slice(0, MAX_READ)) {
    await breathe()
    const now = look(pid)
    if (now)
      processes.push(described(procRoot, now, before.get(pid), { users, bootTimeMs, ports: ports.get(pid) ?? [] }))
  }
  const fitted = fitList(processes, maxBytes)
  const unread = Math.max(0, pids.length - MAX_READ)
  return {
    processes: fitted.processes,
    count: processes.length + unread,
    timestamp: new Date(clock()).toISOString(),
    truncated: fitted.truncated || unread > 0,
  }
}

function described(
  procRoot: string,
  { stat, atMs }: Sample,
  before: Sample | undefined,
  known: { users: UserNames; bootTimeMs: number; ports: ListeningPort[] },
): HostProcess {
  const facts = parseStatus(readProcFile(`${procRoot}/${stat.pid}/status`) ?? '')
  return {
    pid: stat.pid,
    ppid: stat.ppid,
    name: stat.name,
    username: facts ? known.users(facts.uid) : '',
    status: statusOf(stat.state),
    cpu_percent: cpuPercent(before?.stat, stat, before ? atMs - before.atMs : 0),
    memory_rss: facts?.rssBytes ?? 0,
    create_time: new Date(startedAtMs(known.bootTimeMs, stat.startTicks)).toISOString(),
    cmd: shownCommand(readProcFile(`${procRoot}/${stat.pid}/cmdline`) ?? ''),
    ports: known.ports,
  }
}

/** Throws when the host does not say when it was booted: without that no process has a time. */
export function readBootTimeMs(procRoot: string): number {
  const bootTimeMs = parseBootTimeMs(readProcFile(`${procRoot}/stat`) ?? '')
  if (bootTimeMs === null) throw new Error(`${procRoot}/stat has no boot time`)
  return bootTimeMs
}
