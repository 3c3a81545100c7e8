import { stat } from 'node:fs/promises'
import type { CleanRule } from '../../platform/config/probe-remedies.section.ts'
import { cleanFolder, type CleanResult } from './clean-folder.ts'
import { done, failed, type ActionOf, type RemedyOutcome, type RemedyRun } from './remedy.ts'

export interface DiskCleaner {
  /** Whether there is anything that the probe may delete by itself on this file system now. */
  canClean(mount: string, signal: AbortSignal): Promise<boolean>
  /** Whether there is any rule at all for folders on this file system. */
  hasRules(mount: string): Promise<boolean>
  perform(action: ActionOf<'disk.clean'>, run: RemedyRun): Promise<RemedyOutcome>
}

/** `disk.clean`: deletes what the configured rules allow on one file system; with approval also what needs it. */
export function createDiskCleaner({ rules, clock }: { rules: readonly CleanRule[]; clock: () => number }): DiskCleaner {
  const rulesOn = async (device: number): Promise<CleanRule[]> => {
    const devices = await Promise.all(rules.map((rule) => deviceOf(rule.path)))
    return rules.filter((_rule, index) => devices[index] === device)
  }

  return {
    async canClean(mount, signal) {
      const device = await deviceOf(mount)
      if (device === null) return false
      for (const rule of await rulesOn(device)) {
        if (rule.approval) continue
        const found = await cleanFolder(rule, { device, nowMs: clock(), dryRun: true, maxFiles: 1, signal })
        if (found.files > 0) return true
      }
      return false
    },
    async hasRules(mount) {
      const device = await deviceOf(mount)
      return device !== null && (await rulesOn(device)).length > 0
    },
    async perform(action, run) {
      const device = await deviceOf(action.mount)
      if (device === null) return failed(`${action.mount} is not there`)
      const allowed = (await rulesOn(device)).filter((rule) => run.approved || !rule.approval)
      if (allowed.length === 0) return failed(`nothing on ${action.mount} may be deleted by this node's config`)
      const results: CleanResult[] = []
      for (const rule of allowed) {
        results.push(
          await cleanFolder(rule, {
            device,
            nowMs: clock(),
            dryRun: run.dryRun,
            maxFiles: rule.max_files,
            signal: run.signal,
          }),
        )
      }
      return summaryOf(results, run)
    },
  }
}

function summaryOf(results: readonly CleanResult[], run: RemedyRun): RemedyOutcome {
  const files = results.reduce((sum, result) => sum + result.files, 0)
  const bytes = results.reduce((sum, result) => sum + result.bytes, 0)
  const errors = results.flatMap((result) => result.errors)
  const text = [
    `${run.dryRun ? 'would delete' : 'deleted'} ${files} files, ${run.dryRun ? 'freeing' : 'freed'} ${bytes} bytes`,
  ]
  if (errors.length > 0) text.push(...errors)
  if (run.signal.aborted) text.push('ended early: the time was over or the node stops')
  // Some files that could not be deleted beside others that could are no failure; the disk is looked at again anyway.
  return files === 0 && errors.length > 0 ? failed(text.join('\n')) : done(text.join('\n'))
}

async function deviceOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).dev
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
