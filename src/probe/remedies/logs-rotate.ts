import { constants } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { RotateRule } from '../../platform/config/probe-remedies.section.ts'
import { done, failed, type ActionOf, type RemedyOutcome, type RemedyRun } from './remedy.ts'

/**
 * `logs.rotate`: compresses a listed log into `<path>.1.gz`, moves the older ones up, and empties the log in place, so
 * that its writer need not know. Lines written between the last read and the emptying are lost, as with copytruncate.
 */
export function createLogsRotate({ rules }: { rules: readonly RotateRule[] }) {
  return async (action: ActionOf<'logs.rotate'>, run: RemedyRun): Promise<RemedyOutcome> => {
    const rule = rules.find((entry) => entry.path === action.path)
    if (!rule) return failed(`${action.path} is not in this node's list of logs that may be rotated`)
    if (!rule.auto && !run.approved) return failed(`${action.path} may only be rotated after approval`)
    const log = await open(rule.path, constants.O_RDWR | constants.O_NOFOLLOW)
    try {
      const stat = await log.stat()
      if (!stat.isFile()) return failed(`${rule.path} is not a plain file`)
      if (run.dryRun) return done(`would rotate ${rule.path} (${stat.size} bytes)`)
      const fresh = `${rule.path}.new.gz`
      // What a rotation that was cut off left behind; the name is ours.
      await rm(fresh, { force: true })
      try {
        const target = await open(
          fresh,
          constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
          stat.mode & 0o777,
        )
        await pipeline(
          log.createReadStream({ start: 0, end: Math.max(0, stat.size - 1), autoClose: false }),
          createGzip(),
          target.createWriteStream({ flush: true }),
          { signal: run.signal },
        )
      } catch (error) {
        await rm(fresh, { force: true })
        throw error
      }
      await shift(rule)
      await rename(fresh, `${rule.path}.1.gz`)
      await log.truncate(0)
      return done(`rotated ${rule.path}: ${stat.size} bytes compressed`)
    } finally {
      await log.close()
    }
  }
}

async function shift({ path, keep }: RotateRule): Promise<void> {
  for (let number = keep - 1; number >= 1; number -= 1) {
    try {
      await rename(`${path}.${number}.gz`, `${path}.${number + 1}.gz`)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}
