import type { CleanRule } from '../../platform/config/probe-remedies.section.ts'
import { fitsPattern } from './file-pattern.ts'
import { openSafeFolder, type SafeFolder } from './safe-folder.ts'

export interface CleanResult {
  files: number
  /** What the file system gets back: a file with another name elsewhere gives nothing. */
  bytes: number
  /** The first few things that went wrong. */
  errors: string[]
}

export interface CleanOptions {
  /** Only files on this file system (`st_dev`). */
  device: number
  nowMs: number
  /** Count what would be deleted, and delete nothing. */
  dryRun: boolean
  maxFiles: number
  signal: AbortSignal
}

const BLOCK_BYTES = 512
const MAX_DEPTH = 16
const MAX_ENTRIES = 1_000_000
const MAX_ERRORS = 5

/**
 * Deletes the files of one folder that a rule allows: plain files, old enough, on the named file system, never through a
 * link and never outside the folder. Folders stay. A folder that is not there is nothing to clean.
 */
export async function cleanFolder(rule: CleanRule, options: CleanOptions): Promise<CleanResult> {
  const result: CleanResult = { files: 0, bytes: 0, errors: [] }
  const note = (where: string, error: unknown): void => {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && result.errors.length < MAX_ERRORS) result.errors.push(`${where}: ${code ?? message}`)
  }
  let entriesSeen = 0

  async function clean(folder: SafeFolder, path: string, depth: number): Promise<void> {
    for (const name of await folder.names()) {
      entriesSeen += 1
      if (options.signal.aborted || result.files >= options.maxFiles || entriesSeen > MAX_ENTRIES) return
      try {
        await cleanEntry(folder, path, name, depth)
      } catch (error) {
        note(`${path}/${name}`, error)
      }
    }
  }

  async function cleanEntry(folder: SafeFolder, path: string, name: string, depth: number): Promise<void> {
    const stat = await folder.stat(name)
    if (stat.dev !== options.device) return
    if (stat.isDirectory()) {
      if (!rule.recursive || depth >= MAX_DEPTH) return
      const below = await folder.enter(name)
      try {
        await clean(below, `${path}/${name}`, depth + 1)
      } finally {
        await below.close()
      }
      return
    }
    const oldEnough = options.nowMs - stat.mtimeMs >= rule.older_than_s * 1000
    if (!stat.isFile() || !oldEnough || !fitsPattern(name, rule.pattern)) return
    if (!options.dryRun) await folder.unlink(name)
    result.files += 1
    if (stat.nlink === 1) result.bytes += stat.blocks * BLOCK_BYTES
  }

  try {
    const folder = await openSafeFolder(rule.path)
    try {
      await clean(folder, rule.path, 0)
    } finally {
      await folder.close()
    }
  } catch (error) {
    note(rule.path, error)
  }
  return result
}
