import { ProcessKilled, type ProcessKillParams, ProcessList } from '../../../contract/operations/processes.ts'
import { acting, looking } from '../host-call.ts'

export const listProcesses = () => looking('processes.list', {}, ProcessList)

export const killProcess = (params: ProcessKillParams) =>
  acting('processes.kill', params, ProcessKilled, {
    target: String(params.pid),
    details: { signal: params.signal },
  })
