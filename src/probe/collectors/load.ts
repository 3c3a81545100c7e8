/** Load averages over 1, 5 and 15 minutes, from `/proc/loadavg`. */
export function parseLoad(text: string): [number, number, number] {
  const [one, five, fifteen] = text.split(' ', 3).map(Number)
  if (
    one === undefined ||
    five === undefined ||
    fifteen === undefined ||
    ![one, five, fifteen].every(Number.isFinite)
  ) {
    throw new Error('/proc/loadavg cannot be read')
  }
  return [one, five, fifteen]
}

/** Seconds since boot, from `/proc/uptime`. */
export function parseUptime(text: string): number {
  const seconds = Number(text.split(' ', 1)[0])
  if (!Number.isFinite(seconds)) throw new Error('/proc/uptime cannot be read')
  return seconds
}
