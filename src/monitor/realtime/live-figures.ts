import type { LiveMeasurement } from '../../contract/better-monitor/monitor-data.ts'
import type { JsonObject } from '../../contract/common.ts'
import { SystemMetrics } from '../../contract/reports.ts'

const Figures = SystemMetrics.partial()

/** The metrics of a report in the fields of Better Monitor; null where nothing was measured, or nothing that can be read. */
export function liveFigures(at: string, metrics: JsonObject): LiveMeasurement {
  const read = Figures.safeParse(metrics).data ?? {}
  const [load1 = null, load5 = null, load15 = null] = read.load_average ?? []
  return {
    timestamp: new Date(at).toISOString(),
    cpu_usage: read.cpu_percent ?? null,
    memory_used: read.memory?.used_bytes ?? null,
    memory_total: read.memory?.total_bytes ?? null,
    disk_used: read.disk?.used_bytes ?? null,
    disk_total: read.disk?.total_bytes ?? null,
    network_in: read.network_io?.bytes_recv ?? null,
    network_out: read.network_io?.bytes_sent ?? null,
    load_avg_1: load1,
    load_avg_5: load5,
    load_avg_15: load15,
    memory_percent: read.memory_percent ?? null,
    disk_percent: read.disk_percent ?? null,
    uptime_seconds: read.uptime_seconds ?? null,
  }
}
