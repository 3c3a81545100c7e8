import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { within } from '../../lib/within.ts'
import { parseMounts, type Mount } from './mounts.ts'

export interface Partition extends Mount {
  totalBytes: number
  usedBytes: number
  /** What an ordinary user can still write. */
  freeBytes: number
  /** As `df` says it: used of what can be used, without what is reserved for root. */
  percent: number
  /** null where the file system has no fixed number of inodes. */
  inodesPercent: number | null
}

const MAX_PARTITIONS = 256
const STATFS_TIMEOUT_MS = 2_000

/** The real file systems with their use. One that does not answer in 2 s, or is gone meanwhile, is left out. */
export async function readPartitions(procRoot: string): Promise<Partition[]> {
  const mounts = parseMounts(readFileSync(`${procRoot}/mounts`, 'utf8')).slice(0, MAX_PARTITIONS)
  const read = await Promise.all(mounts.map(readPartition))
  return read.filter((partition) => partition !== null)
}

async function readPartition(mount: Mount): Promise<Partition | null> {
  const asked = statfs(mount.mount).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'EIO') return null
    throw error
  })
  const answer = await within(asked, STATFS_TIMEOUT_MS)
  if (!answer.inTime || answer.value === null || answer.value.blocks === 0) return null
  return { ...mount, ...useOf(answer.value) }
}

/** What a `statfs` answer means in bytes and percent. */
export function useOf(fs: {
  bsize: number
  blocks: number
  bfree: number
  bavail: number
  files: number
  ffree: number
}) {
  const used = fs.blocks - fs.bfree
  const usable = used + fs.bavail
  return {
    totalBytes: fs.blocks * fs.bsize,
    usedBytes: used * fs.bsize,
    freeBytes: fs.bavail * fs.bsize,
    percent: usable === 0 ? 100 : (used / usable) * 100,
    inodesPercent: fs.files === 0 ? null : ((fs.files - fs.ffree) / fs.files) * 100,
  }
}
