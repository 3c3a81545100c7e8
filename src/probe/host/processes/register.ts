import {
  ProcessKilled,
  ProcessKillParams,
  ProcessList,
  ProcessListParams,
} from '../../../contract/operations/processes.ts'
import { MAX_BODY_BYTES } from '../../../tree/link/frame.ts'
import type { Methods } from '../../../tree/link/methods.ts'
import { readProcess } from '../../collectors/process-stat.ts'
import type { Acts } from '../acts.ts'
import { killProcess } from './kill-process.ts'
import { createProcessList } from './list-processes.ts'

/** How long an answer waits for a process to end. */
const EXIT_WAIT_MS = 3_000
/** What the answer needs to travel before the caller's patience ends. */
const ANSWER_MS = 500
const MAX_LIST_BYTES = MAX_BODY_BYTES - 16 * 1024

export interface ProcessesParts {
  acts: Acts
  procRoot: string
  clock: () => number
  monotonicMs: () => number
  /** The server of the node's own database, if it has one; what descends from it is guarded too. */
  databasePids: () => readonly number[]
}

/** Registers `processes.list`, which every node allows, and `processes.kill`, which needs the capability. */
export function registerProcesses(methods: Methods, parts: ProcessesParts): void {
  const { acts, procRoot, databasePids } = parts
  const list = createProcessList({ ...parts, maxBytes: MAX_LIST_BYTES })

  methods.register({ name: 'processes.list', params: ProcessListParams, result: ProcessList, handle: () => list() })
  methods.register({
    name: 'processes.kill',
    params: ProcessKillParams,
    result: ProcessKilled,
    handle: (params, { meta, deadlineMs }) => {
      const name = readProcess(procRoot, params.pid)?.name ?? null
      const act = {
        capability: 'processes' as const,
        action: 'processes.kill',
        target: String(params.pid),
        details: { signal: params.signal, name },
      }
      const waitMs = Math.max(0, Math.min(EXIT_WAIT_MS, (deadlineMs ?? EXIT_WAIT_MS) - ANSWER_MS))
      return acts.run(meta, act, () => killProcess(params, { procRoot, databasePids: databasePids(), waitMs }))
    },
  })
}
