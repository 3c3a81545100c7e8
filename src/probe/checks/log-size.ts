import { lstat } from 'node:fs/promises'
import type { RotateRule } from '../../platform/config/probe-remedies.section.ts'
import type { Observation } from '../observation.ts'
import type { Check } from './check.ts'

/** Logs that may be rotated and have grown above their size: L1 where the probe may do it alone, else L2. */
export function logSizeCheck(rules: readonly RotateRule[], { timeoutMs }: { timeoutMs: number }): Check {
  return {
    name: 'log size',
    everyMs: 0,
    timeoutMs,
    badSamples: 1,
    goodSamples: 1,
    look: () => Promise.all(rules.map(lookAt)),
  }
}

async function lookAt(rule: RotateRule): Promise<Observation> {
  const bytes = await sizeOf(rule.path)
  const level = bytes <= rule.max_bytes ? null : rule.auto ? 'L1' : 'L2'
  return {
    type: 'log_too_large',
    subject: rule.path,
    level,
    severity: 'low',
    description: `日志 ${rule.path} 有 ${bytes} 字节，超过 ${rule.max_bytes} 字节`,
    details: { log: rule.path, bytes, max_bytes: rule.max_bytes },
    ...(level === null ? {} : { action: { type: 'logs.rotate', path: rule.path }, risk: '低风险：旧日志压缩保留。' }),
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await lstat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
