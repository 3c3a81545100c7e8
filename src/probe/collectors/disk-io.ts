/** Bytes read and written since boot. */
export interface DiskBytes {
  readBytes: number
  writeBytes: number
}

// Whole disks only: partitions, device-mapper, md and loop devices would count the same bytes again.
const WHOLE_DISK = /^(?:[shv]d[a-z]+|xvd[a-z]+|nvme\d+n\d+|mmcblk\d+|dasd[a-z]+)$/
const SECTOR_BYTES = 512

/** Sums `/proc/diskstats` over the whole disks of this host. */
export function parseDiskBytes(text: string): DiskBytes {
  const sum = { readBytes: 0, writeBytes: 0 }
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/)
    if (!WHOLE_DISK.test(fields[2] ?? '')) continue
    sum.readBytes += (Number(fields[5]) || 0) * SECTOR_BYTES
    sum.writeBytes += (Number(fields[9]) || 0) * SECTOR_BYTES
  }
  return sum
}
