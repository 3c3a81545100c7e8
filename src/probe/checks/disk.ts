import { Action } from '../../contract/actions.ts'
import type { DiskConfig } from '../../platform/config/probe-checks.section.ts'
import type { Partition } from '../collectors/partitions.ts'
import type { Entry } from '../journal/entry.ts'
import type { Observation } from '../observation.ts'
import type { DiskCleaner } from '../remedies/disk-clean.ts'
import type { Check, LookContext } from './check.ts'
import { diskLevel, loweredBy, type DiskVerdict } from './disk-level.ts'
import { levelOfZone, zoneOf } from './threshold.ts'

export interface DiskCheckParts {
  cleaner: Pick<DiskCleaner, 'canClean' | 'hasRules'>
  lastCleaning(mount: string): Entry | null
  cleanCoolDownMs: number
  timeoutMs: number
  clock: () => number
}

const SPACE = 'disk_space_low'
const INODES = 'disk_inodes_low'

/** Space and inodes of every real, writable file system. */
export function diskCheck(config: DiskConfig, parts: DiskCheckParts): Check {
  return {
    name: 'disk',
    everyMs: 0,
    timeoutMs: parts.timeoutMs,
    badSamples: config.bad_samples,
    goodSamples: config.good_samples,
    async look(context) {
      const watched = context.sample.partitions.filter(
        (partition) => !partition.readOnly && !config.ignore_mounts.includes(partition.mount),
      )
      const space = await Promise.all(watched.map((partition) => lookAtSpace(partition, config, parts, context)))
      return [...space, ...watched.flatMap((partition) => lookAtInodes(partition, config, context))]
    },
  }
}

async function lookAtSpace(
  partition: Partition,
  config: DiskConfig,
  parts: DiskCheckParts,
  context: LookContext,
): Promise<Observation> {
  const { mount } = partition
  const raised = context.raised(SPACE, mount)
  const rules = loweredBy(config, config.margin, raised)
  const near = partition.percent > rules.warning
  const cleaning = near ? recentCleaning(parts, mount) : null
  const verdict = diskLevel(
    {
      percent: partition.percent,
      freeBytes: partition.freeBytes,
      totalBytes: partition.totalBytes,
      cleaned: cleaning === null ? 'not_tried' : cleaning.result === 'failed' ? 'failed' : 'done',
      // Looked for only where it matters: it reads folders.
      deletable: near && cleaning === null && (await parts.cleaner.canClean(mount, context.signal)),
    },
    rules,
  )
  const fixable = verdict.level === 'L1' || (verdict.level === 'L2' && (await parts.cleaner.hasRules(mount)))
  return spaceObservation(partition, verdict, fixable)
}

function recentCleaning({ lastCleaning, cleanCoolDownMs, clock }: DiskCheckParts, mount: string): Entry | null {
  const last = lastCleaning(mount)
  if (last === null || last.dryRun || clock() - (last.finishedAtMs ?? 0) >= cleanCoolDownMs) return null
  return last
}

function spaceObservation(partition: Partition, verdict: DiskVerdict, fixable: boolean): Observation {
  const percent = Math.round(partition.percent * 10) / 10
  const action = Action.safeParse({ type: 'disk.clean', mount: partition.mount }).data
  return {
    type: SPACE,
    subject: partition.mount,
    level: verdict.level,
    severity: verdict.level === 'L3' ? 'critical' : verdict.level === 'L2' ? 'high' : 'medium',
    description: `磁盘 ${partition.mount} 使用率 ${percent}%，剩余 ${Math.round(partition.freeBytes / 1e6)} MB`,
    details: {
      partition: partition.mount,
      device: partition.device,
      percent,
      free_bytes: partition.freeBytes,
      total_bytes: partition.totalBytes,
      reason: verdict.reason,
    },
    ...(fixable && action ? { action, risk: '低风险：只删除配置中列出的、可安全删除的文件。' } : {}),
  }
}

function lookAtInodes(partition: Partition, config: DiskConfig, { raised }: LookContext): Observation[] {
  if (partition.inodesPercent === null) return []
  const thresholds = { warning: config.inodes_warning, critical: config.inodes_critical, margin: config.margin }
  const zone = zoneOf(partition.inodesPercent, thresholds, raised(INODES, partition.mount))
  const percent = Math.round(partition.inodesPercent * 10) / 10
  return [
    {
      type: INODES,
      subject: partition.mount,
      level: levelOfZone(zone, undefined),
      severity: zone === 'critical' ? 'critical' : 'medium',
      description: `磁盘 ${partition.mount} 的 inode 使用率 ${percent}%`,
      details: { partition: partition.mount, inodes_percent: percent },
    },
  ]
}
