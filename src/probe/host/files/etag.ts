import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'

/** Names one state of a file: another file, another size or another time of change is another state. */
export function etagOf(stat: Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>): string {
  return createHash('sha256')
    .update(`${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`)
    .digest('hex')
    .slice(0, 32)
}
