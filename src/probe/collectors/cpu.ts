/** CPU time since boot, in clock ticks, of all cores together. */
export interface CpuTicks {
  total: number
  idle: number
  cores: number
}

/** Reads `/proc/stat`. Guest time is left out of the sum: the kernel counts it in user time already. */
export function parseCpuTicks(text: string): CpuTicks {
  const [first = ''] = text.split('\n', 1)
  const fields = first.trim().split(/\s+/)
  if (fields[0] !== 'cpu' || fields.length < 5) throw new Error('/proc/stat does not begin with the cpu line')
  const ticks = fields.slice(1, 9).map(Number)
  const [, , , idle = 0, ioWait = 0] = ticks
  return {
    total: ticks.reduce((sum, value) => sum + value, 0),
    idle: idle + ioWait,
    cores: text.match(/^cpu\d+ /gm)?.length ?? 1,
  }
}

/** Percent of all cores that worked between two readings, 0–100; null when no tick has passed. */
export function cpuPercent(before: CpuTicks, after: CpuTicks): number | null {
  const total = after.total - before.total
  if (total <= 0) return null
  // Idle time may step back by a few ticks on some kernels.
  const idle = Math.max(0, after.idle - before.idle)
  return Math.min(100, Math.max(0, (1 - idle / total) * 100))
}
