import type { LogPatternConfig } from '../../platform/config/probe-checks.section.ts'
import type { Observation } from '../observation.ts'
import type { Check } from './check.ts'
import type { LogPlaces } from './log-places.ts'
import { readNewLines } from './log-tail.ts'

const TYPE = 'log_pattern'
const SHOWN_LENGTH = 500

/**
 * Looks for bad lines among those that were written since the last look, that of an earlier process too; the issue stays for
 * `hold_s` after the last one.
 */
export function logPatternCheck(
  config: LogPatternConfig,
  { timeoutMs, monotonicMs, places }: { timeoutMs: number; monotonicMs: () => number; places: LogPlaces },
): Check {
  const pattern = new RegExp(config.pattern, 'u')
  let position = places.last(config.name, config.path)
  let hits = 0
  let lastLine = ''
  let lastHitMs = -Infinity

  return {
    name: `log ${config.name}`,
    everyMs: 0,
    timeoutMs,
    badSamples: 1,
    goodSamples: 1,
    async look({ fresh }): Promise<Observation[]> {
      const part = await readNewLines(config.path, position, config.max_bytes)
      position = part.position
      places.reached(config.name, config.path, position)
      const bad = part.lines.filter((line) => pattern.test(line))
      const now = monotonicMs()
      const held = now - lastHitMs < config.hold_s * 1000
      // A look after a repair asks whether bad lines still come.
      const since = held && !fresh
      if (bad.length > 0) {
        hits = (held ? hits : 0) + bad.length
        lastLine = (bad.at(-1) ?? '').slice(0, SHOWN_LENGTH)
        lastHitMs = now
      } else if (fresh) {
        lastHitMs = -Infinity
      }
      const raised = bad.length > 0 || since
      const fix = config.fix_command
      return [
        {
          type: TYPE,
          subject: config.name,
          level: raised ? (fix === undefined ? config.level : 'L2') : null,
          severity: config.severity,
          description: `日志 ${config.path} 中有 ${hits} 行匹配 “${config.name}”，最近一行：${lastLine}`,
          details: { log: config.path, hits, last_line: lastLine, skipped_bytes: part.skippedBytes },
          ...(raised && fix !== undefined
            ? {
                action: { type: 'command.run', command: fix } as const,
                risk: '由本节点配置中列出的命令处理；风险取决于该命令。',
              }
            : {}),
        },
      ]
    },
  }
}
