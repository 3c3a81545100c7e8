import type { Action } from '../../contract/actions.ts'
import type { CheckConfigs, ThresholdConfig } from '../../platform/config/probe-checks.section.ts'
import type { HostSample } from '../collectors/host-metrics.ts'
import type { TopProcess } from '../collectors/top-processes.ts'
import type { Check } from './check.ts'
import { levelOfZone, zoneOf } from './threshold.ts'

interface Measure {
  name: 'cpu' | 'memory' | 'swap' | 'load'
  text: string
  unit: string
  value(sample: HostSample): number
  /** How much of the fault a process is; absent where stopping one is no fix. */
  shareOf?: (process: TopProcess, sample: HostSample) => number
}

const measures: Measure[] = [
  {
    name: 'cpu',
    text: 'CPU 使用率',
    unit: '%',
    value: (s) => s.cpuPercent,
    shareOf: (p, s) => p.cpuPercent / 100 / s.cores,
  },
  {
    name: 'memory',
    text: '内存使用率',
    unit: '%',
    value: (s) => s.memory.percent,
    shareOf: (p, s) => p.rssBytes / s.memory.totalBytes,
  },
  { name: 'swap', text: '交换空间使用率', unit: '%', value: (s) => s.memory.swapPercent },
  { name: 'load', text: '每核 5 分钟负载', unit: '', value: (s) => s.load[1] / s.cores },
]

/** A process is worth stopping only when it takes at least this part of the whole. */
const MIN_SHARE = 0.25

/** The checks of cpu, memory, swap and load per core that are switched on. */
export function hostThresholdChecks(config: CheckConfigs, stoppable: readonly string[], timeoutMs: number): Check[] {
  return measures
    .filter((measure) => config[measure.name].enabled)
    .map((measure) => thresholdCheck(measure, config[measure.name], stoppable, timeoutMs))
}

function thresholdCheck(
  measure: Measure,
  config: ThresholdConfig,
  stoppable: readonly string[],
  timeoutMs: number,
): Check {
  const type = `${measure.name}_high`
  return {
    name: measure.name,
    everyMs: 0,
    timeoutMs,
    badSamples: config.bad_samples,
    goodSamples: config.good_samples,
    async look({ sample, raised }) {
      const value = Math.round(measure.value(sample) * 100) / 100
      const zone = zoneOf(value, config, raised(type, measure.name))
      const culprit = zone === 'warning' ? culpritOf(measure, sample, stoppable) : undefined
      const action = fixFor(culprit, config.fix_command)
      return [
        {
          type,
          subject: measure.name,
          level: levelOfZone(zone, action),
          severity: zone === 'critical' ? 'critical' : 'medium',
          description: `${measure.text} ${value}${measure.unit}，超过 ${zone === 'critical' ? config.critical : config.warning}${measure.unit}`,
          details: {
            value,
            warning: config.warning,
            critical: config.critical,
            ...(culprit ? { process: culprit.name, pid: culprit.pid, start_ticks: culprit.startTicks } : {}),
          },
          ...(action ? { action, risk: riskOf(action) } : {}),
        },
      ]
    },
  }
}

function culpritOf(measure: Measure, sample: HostSample, stoppable: readonly string[]): TopProcess | undefined {
  const share = measure.shareOf
  if (!share) return undefined
  const candidates = sample.topProcesses.filter((p) => stoppable.includes(p.name) && share(p, sample) >= MIN_SHARE)
  return candidates.toSorted((a, b) => share(b, sample) - share(a, sample))[0]
}

function fixFor(culprit: TopProcess | undefined, command: string | undefined): Action | undefined {
  if (culprit) return { type: 'process.stop', pid: culprit.pid, name: culprit.name }
  return command === undefined ? undefined : { type: 'command.run', command }
}

function riskOf(action: Action): string {
  return action.type === 'process.stop'
    ? `中风险：结束进程 ${action.name}（${action.pid}），其未保存的工作会丢失。`
    : '由本节点配置中列出的命令处理；风险取决于该命令。'
}
