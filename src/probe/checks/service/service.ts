import type { Action } from '../../../contract/actions.ts'
import type { ServiceConfig } from '../../../platform/config/probe.section.ts'
import type { Entry } from '../../journal/entry.ts'
import type { Observation } from '../../observation.ts'
import { runArgv } from '../../remedies/run-argv.ts'
import type { Check } from '../check.ts'
import { serviceLevel, type ServiceVerdict } from '../service-level.ts'
import { unwell, well, type Health } from './health.ts'
import { httpHealth } from './http.ts'
import { pidFileHealth, processHealth } from './process.ts'
import { tcpHealth } from './tcp.ts'
import type { UnitReader } from './unit.ts'

export interface ServiceCheckParts {
  procRoot: string
  units: UnitReader
  /** Starts and restarts of the service in the last hour, newest first. */
  runsOf(service: string): Entry[]
}

const TYPE = 'service_down'
const MAX_OUTPUT_BYTES = 4096

/** Looks at one service in every way that its config names; all of them must find it well. */
export function serviceCheck(service: ServiceConfig, parts: ServiceCheckParts): Check {
  const timeoutMs = service.timeout_s * 1000
  return {
    name: `service ${service.name}`,
    everyMs: service.every_s * 1000,
    // Each way has the service's time-out; the check as a whole a little more, so that the way says what was slow.
    timeoutMs: timeoutMs + 2_000,
    badSamples: service.bad_samples,
    goodSamples: service.good_samples,
    async look({ signal, raised, fresh }) {
      const health = await healthOf(service, parts, { timeoutMs, signal, fresh })
      const runs = parts.runsOf(service.name)
      const failures = failedInARow(runs)
      const verdict = serviceLevel({
        well: health.well,
        autoRestart: service.auto_restart,
        startable: service.unit !== undefined || service.start !== undefined,
        restartsLastHour: runs.length,
        maxRestartsPerHour: service.max_restarts_per_hour,
        failedStarts: failures.length,
        startAttempts: service.start_attempts,
        approvedStartFailed: failures.some((run) => run.level === 'L2'),
        raised: raised(TYPE, service.name),
      })
      return [observationOf(service, health, verdict, runs.length)]
    },
  }
}

/** Starts, newest first, up to the last one that helped. */
export function failedInARow(runs: readonly Entry[]): Entry[] {
  const ended = runs.filter((run) => run.state === 'done')
  const lastGood = ended.findIndex((run) => run.result !== 'failed')
  return lastGood < 0 ? ended : ended.slice(0, lastGood)
}

async function healthOf(
  service: ServiceConfig,
  { procRoot, units }: ServiceCheckParts,
  bounds: { timeoutMs: number; signal: AbortSignal; fresh: boolean },
): Promise<Health> {
  const ways: (() => Health | Promise<Health>)[] = []
  const { unit, process, pid_file, tcp, http, command } = service
  if (unit !== undefined) ways.push(() => units.health(unit, bounds))
  if (process !== undefined) ways.push(() => processHealth(process, procRoot))
  if (
    pid_file !== undefined &&
    (service.daemon || [unit, process, tcp, http, command].every((way) => way === undefined))
  ) {
    ways.push(() => pidFileHealth(pid_file, procRoot))
  }
  if (tcp) ways.push(() => tcpHealth(tcp, bounds))
  if (http) ways.push(() => httpHealth(http, bounds))
  if (command) ways.push(() => commandHealth(service, command, bounds))
  const details: Record<string, unknown> = {}
  for (const look of ways) {
    const health = await look()
    if (!health.well) return health
    Object.assign(details, health.details)
  }
  return well(details)
}

async function commandHealth(
  service: ServiceConfig,
  argv: readonly string[],
  bounds: { timeoutMs: number; signal: AbortSignal },
): Promise<Health> {
  const limits = { timeoutMs: bounds.timeoutMs, maxOutputBytes: MAX_OUTPUT_BYTES }
  const outcome = await runArgv(argv, limits, { signal: bounds.signal, cwd: service.cwd, env: service.env })
  return outcome.ok ? well() : unwell(`检查命令 ${argv[0]} 失败：${outcome.output}`, { command: argv[0] })
}

const reasonText: Record<ServiceVerdict['reason'], string> = {
  well: '',
  restart: '可自动重启',
  needs_approval: '未标记自动重启，需要批准',
  restarted_too_often: '一小时内重启次数过多，需要批准',
  cannot_be_started: '无法启动，需要人工处理',
  no_way_to_start: '没有配置启动方式，需要人工处理',
}

function observationOf(service: ServiceConfig, health: Health, verdict: ServiceVerdict, restarts: number): Observation {
  const action: Action = { type: health.inactive ? 'service.start' : 'service.restart', service: service.name }
  const fixable = verdict.level === 'L1' || verdict.level === 'L2'
  return {
    type: TYPE,
    subject: service.name,
    level: verdict.level,
    severity: verdict.level === 'L3' ? 'critical' : service.severity,
    description: `服务 ${service.name} 不正常：${health.why}。${reasonText[verdict.reason]}`,
    details: { service: service.name, reason: verdict.reason, restarts_last_hour: restarts, ...health.details },
    ...(fixable ? { action, risk: `中风险：重启 ${service.name} 会短暂中断该服务，但可恢复服务。` } : {}),
  }
}
