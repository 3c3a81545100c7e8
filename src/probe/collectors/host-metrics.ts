import { readFileSync } from 'node:fs'
import type { SystemMetrics } from '../../contract/reports.ts'
import { cpuPercent, parseCpuTicks, type CpuTicks } from './cpu.ts'
import { parseDiskBytes, type DiskBytes } from './disk-io.ts'
import { parseLoad, parseUptime } from './load.ts'
import { parseMemory, type Memory } from './memory.ts'
import { carriesHostTraffic, parseInterfaces, type InterfaceBytes } from './network-io.ts'
import { readPartitions, type Partition } from './partitions.ts'
import { listPids } from './process-stat.ts'
import { bytesPerSecond } from './rates.ts'
import { createTopProcesses, type TopProcess } from './top-processes.ts'

/** This host at one moment, with more detail than goes over the wire. */
export interface HostSample {
  cpuPercent: number
  cores: number
  memory: Memory
  load: [number, number, number]
  uptimeSeconds: number
  processCount: number
  diskIo: DiskBytes
  networkIo: { bytesSent: number; bytesRecv: number }
  interfaces: InterfaceBytes[]
  partitions: Partition[]
  topProcesses: TopProcess[]
}

interface Counters {
  atMs: number
  cpu: CpuTicks
  disk: DiskBytes
  interfaces: InterfaceBytes[]
}
type Rates = Pick<HostSample, 'cpuPercent' | 'diskIo' | 'networkIo' | 'interfaces'>

/** Two samples closer than this share their rates: over a shorter time they say nothing. */
const MIN_RATE_WINDOW_MS = 200
const TOP_PROCESSES_EVERY_MS = 30_000
const MAX_INTERFACES = 256

export interface HostSampler {
  /** One sample; percentages and rates are of the time since the sample before. Costs under 2 ms of CPU. */
  sample(): Promise<HostSample>
}

/** Reads this host's metrics from `procRoot` (`/proc`); the first sample's rates count from this call. */
export function createHostSampler({
  procRoot,
  monotonicMs,
}: {
  procRoot: string
  monotonicMs: () => number
}): HostSampler {
  const read = (name: string): string => readFileSync(`${procRoot}/${name}`, 'latin1')
  const top = createTopProcesses({ procRoot, monotonicMs, everyMs: TOP_PROCESSES_EVERY_MS })
  const counters = (): Counters => ({
    atMs: monotonicMs(),
    cpu: parseCpuTicks(read('stat')),
    disk: parseDiskBytes(read('diskstats')),
    interfaces: parseInterfaces(read('net/dev')),
  })
  let before = counters()
  let rates = ratesBetween(before, before, 0)

  return {
    async sample() {
      const partitions = await readPartitions(procRoot)
      const now = counters()
      if (now.atMs - before.atMs >= MIN_RATE_WINDOW_MS) {
        rates = ratesBetween(before, now, rates.cpuPercent)
        before = now
      }
      const pids = listPids(procRoot)
      return {
        ...rates,
        cores: now.cpu.cores,
        memory: parseMemory(read('meminfo')),
        load: parseLoad(read('loadavg')),
        uptimeSeconds: parseUptime(read('uptime')),
        processCount: pids.length,
        partitions,
        topProcesses: top.read(pids),
      }
    },
  }
}

function ratesBetween(before: Counters, now: Counters, lastCpuPercent: number): Rates {
  const elapsedMs = now.atMs - before.atMs
  const earlier = new Map(before.interfaces.map((entry) => [entry.name, entry]))
  const interfaces = now.interfaces.slice(0, MAX_INTERFACES).map((entry) => {
    const last = earlier.get(entry.name) ?? entry
    return {
      name: entry.name,
      bytesSent: bytesPerSecond(last.bytesSent, entry.bytesSent, elapsedMs),
      bytesRecv: bytesPerSecond(last.bytesRecv, entry.bytesRecv, elapsedMs),
    }
  })
  const host = interfaces.filter((entry) => carriesHostTraffic(entry.name))
  return {
    cpuPercent: cpuPercent(before.cpu, now.cpu) ?? lastCpuPercent,
    diskIo: {
      readBytes: bytesPerSecond(before.disk.readBytes, now.disk.readBytes, elapsedMs),
      writeBytes: bytesPerSecond(before.disk.writeBytes, now.disk.writeBytes, elapsedMs),
    },
    networkIo: {
      bytesSent: host.reduce((sum, entry) => sum + entry.bytesSent, 0),
      bytesRecv: host.reduce((sum, entry) => sum + entry.bytesRecv, 0),
    },
    interfaces,
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

/** The sample as a report carries it. `disk` and `disk_percent` are the root file system; the others are in `partitions`. */
export function metricsOf(sample: HostSample): SystemMetrics {
  const root = sample.partitions.find((partition) => partition.mount === '/')
  return {
    cpu_percent: round(sample.cpuPercent),
    memory_percent: round(sample.memory.percent),
    disk_percent: round(root?.percent ?? 0),
    load_average: sample.load,
    uptime_seconds: sample.uptimeSeconds,
    process_count: sample.processCount,
    disk_io: { read_bytes: sample.diskIo.readBytes, write_bytes: sample.diskIo.writeBytes },
    network_io: { bytes_sent: sample.networkIo.bytesSent, bytes_recv: sample.networkIo.bytesRecv },
    memory: { total_bytes: sample.memory.totalBytes, used_bytes: sample.memory.usedBytes },
    ...(root ? { disk: { total_bytes: root.totalBytes, used_bytes: root.usedBytes } } : {}),
    swap_percent: round(sample.memory.swapPercent),
    partitions: sample.partitions.map((partition) => ({
      mount: partition.mount.slice(0, 512),
      device: partition.device.slice(0, 512),
      fstype: partition.fstype.slice(0, 512),
      total_bytes: partition.totalBytes,
      used_bytes: partition.usedBytes,
      percent: round(partition.percent),
      inodes_percent: partition.inodesPercent === null ? null : round(partition.inodesPercent),
    })),
    interfaces: sample.interfaces.map((entry) => ({
      name: entry.name,
      bytes_sent: entry.bytesSent,
      bytes_recv: entry.bytesRecv,
    })),
    top_processes: sample.topProcesses.map((process) => ({
      pid: process.pid,
      name: process.name,
      cpu_percent: process.cpuPercent,
      memory_rss: process.rssBytes,
    })),
  }
}
