import { z } from 'zod'
import { IsoTime, Timestamp } from '../common.ts'

const Bytes = z.number().min(0).max(Number.MAX_SAFE_INTEGER)
/** A load, or bytes per second. */
const Rate = z.number().min(0).max(1e15)

/** Body of `POST /api/servers/{id}/monitor` (spec: 提交监控数据): the same data as a report. */
export const MonitorData = z
  .object({
    cpu_usage: z.number().min(0).max(100),
    memory_used: Bytes,
    memory_total: Bytes,
    disk_used: Bytes,
    disk_total: Bytes,
    network_in: Rate,
    network_out: Rate,
    load_avg_1: Rate,
    load_avg_5: Rate,
    load_avg_15: Rate,
    timestamp: Timestamp.optional(),
  })
  .meta({ id: 'MonitorData' })
export type MonitorData = z.infer<typeof MonitorData>

export const MonitorReceipt = z
  .object({ success: z.literal(true), received_at: IsoTime })
  .meta({ id: 'MonitorReceipt' })

const Figure = z.number().nullable()
const figures = {
  cpu_usage: Figure,
  memory_used: Figure,
  memory_total: Figure,
  disk_used: Figure,
  disk_total: Figure,
  network_in: Figure,
  network_out: Figure,
  load_avg_1: Figure,
  load_avg_5: Figure,
  load_avg_15: Figure,
}

/** What was measured a moment ago, as it comes over a socket. */
export const LiveMeasurement = z.object({
  timestamp: IsoTime,
  ...figures,
  memory_percent: Figure,
  disk_percent: Figure,
  uptime_seconds: Figure,
})
export type LiveMeasurement = z.infer<typeof LiveMeasurement>

/** A monitor of an older version does not tell it. */
const Lowest = Figure.default(null)

/**
 * One point of a history: the averages of its bucket, and the peaks and lowest figures where they matter; null where nothing
 * was measured.
 */
export const MonitorPoint = z
  .object({
    timestamp: IsoTime,
    ...figures,
    cpu_usage_max: Figure,
    memory_used_max: Figure,
    disk_used_max: Figure,
    network_in_max: Figure,
    network_out_max: Figure,
    load_avg_1_max: Figure,
    cpu_usage_min: Lowest,
    memory_used_min: Lowest,
    disk_used_min: Lowest,
  })
  .meta({ id: 'MonitorPoint' })
export type MonitorPoint = z.infer<typeof MonitorPoint>

/** `resolution` is the width of a bucket in seconds; 0: every report is a point of its own. */
export const MonitorHistory = z
  .object({ data: z.array(MonitorPoint), resolution: z.number() })
  .meta({ id: 'MonitorHistory' })
export type MonitorHistory = z.infer<typeof MonitorHistory>

export const MonitorHistoryQuery = z.object({
  start_time: Timestamp.optional(),
  end_time: Timestamp.optional(),
  /** A report every ten seconds for a day is 8,640. Charts of averages have at most a thousand points. */
  limit: z.coerce.number().int().min(1).max(10_000).default(300),
})
