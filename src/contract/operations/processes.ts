import { z } from 'zod'
import { IsoTime, Timestamp } from '../common.ts'

export const ProcessStatus = z.enum([
  'running',
  'sleeping',
  'disk_sleep',
  'stopped',
  'traced',
  'zombie',
  'dead',
  'idle',
  'unknown',
])
export type ProcessStatus = z.infer<typeof ProcessStatus>

/** A port that is listened on (TCP) or bound (UDP). */
const ListeningPort = z.object({
  protocol: z.enum(['tcp', 'udp']),
  address: z.string(),
  port: z.number().int(),
})
export type ListeningPort = z.infer<typeof ListeningPort>

export const HostProcess = z
  .object({
    pid: z.number().int(),
    ppid: z.number().int(),
    name: z.string(),
    username: z.string(),
    status: ProcessStatus,
    cpu_percent: z.number().describe('of one core: two busy cores are 200'),
    memory_rss: z.number().int().describe('bytes'),
    create_time: IsoTime,
    cmd: z.string().describe('what looks like a secret is hidden; a kernel thread has none'),
    ports: z.array(ListeningPort),
  })
  .meta({ id: 'HostProcess' })
export type HostProcess = z.infer<typeof HostProcess>

export const ProcessListParams = z.object({})

/** By pid. */
export const ProcessList = z
  .object({
    processes: z.array(HostProcess),
    /** How many the host has. */
    count: z.number().int(),
    timestamp: IsoTime,
    /** There were more than an answer can hold. */
    truncated: z.boolean(),
  })
  .meta({ id: 'ProcessList' })
export type ProcessList = z.infer<typeof ProcessList>

const KillSignal = z.enum(['TERM', 'KILL', 'HUP', 'INT'])
type KillSignal = z.infer<typeof KillSignal>

/** Body of `POST /processes/{pid}/kill`. */
export const ProcessKillRequest = z
  .object({
    signal: KillSignal.default('TERM'),
    /** As in the list: 409 when the number belongs to another process by now. */
    create_time: Timestamp.optional(),
  })
  .meta({ id: 'ProcessKillRequest' })

export const ProcessKillParams = ProcessKillRequest.extend({ pid: z.number().int().min(1).max(4_194_304) })
export type ProcessKillParams = z.output<typeof ProcessKillParams>

export const ProcessKilled = z
  .object({
    pid: z.number().int(),
    signal: KillSignal,
    /** Whether it was gone before the node stopped waiting. */
    exited: z.boolean(),
  })
  .meta({ id: 'ProcessKilled' })
export type ProcessKilled = z.infer<typeof ProcessKilled>
