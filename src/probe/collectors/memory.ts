export interface Memory {
  totalBytes: number
  /** What is neither free nor reclaimable (total − MemAvailable). */
  usedBytes: number
  percent: number
  swapTotalBytes: number
  swapUsedBytes: number
  /** 0 on a host without swap. */
  swapPercent: number
}

/** Reads `/proc/meminfo`. */
export function parseMemory(text: string): Memory {
  const bytes = (name: string): number | null => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)
    return match ? Number(match[1]) * 1024 : null
  }
  const total = bytes('MemTotal')
  if (!total) throw new Error('/proc/meminfo has no MemTotal')
  // Kernels before 3.14 have no MemAvailable.
  const available = bytes('MemAvailable') ?? (bytes('MemFree') ?? 0) + (bytes('Buffers') ?? 0) + (bytes('Cached') ?? 0)
  const used = Math.max(0, total - available)
  const swapTotal = bytes('SwapTotal') ?? 0
  const swapUsed = Math.max(0, swapTotal - (bytes('SwapFree') ?? 0))
  return {
    totalBytes: total,
    usedBytes: used,
    percent: (used / total) * 100,
    swapTotalBytes: swapTotal,
    swapUsedBytes: swapUsed,
    swapPercent: swapTotal === 0 ? 0 : (swapUsed / swapTotal) * 100,
  }
}
