const dayMs = 86_400_000
const daysAhead = 3

/** One day of reports, from `from` (included) to `to` (not included), in UTC. */
export interface Partition {
  name: string
  from: Date
  to: Date
}

/** The partitions that must exist: from yesterday, for what is late, to some days ahead, so that a day off does no harm. */
export function neededPartitions(nowMs: number): Partition[] {
  const today = Math.floor(nowMs / dayMs)
  return Array.from({ length: daysAhead + 2 }, (_, at) => partitionOf(today - 1 + at))
}

/** Before this moment everything is forgotten. */
export function forgetBefore(nowMs: number, retentionDays: number): Date {
  return new Date(nowMs - retentionDays * dayMs)
}

/** Those of the existing partitions that hold nothing younger than `before`. Tables that are no day's are never among them. */
export function expiredPartitions(names: readonly string[], before: Date): string[] {
  return names.filter((name) => {
    const day = dayOf(name)
    return day !== null && (day + 1) * dayMs <= before.getTime()
  })
}

function partitionOf(day: number): Partition {
  const from = new Date(day * dayMs)
  return {
    name: `reports_${from.toISOString().slice(0, 10).replaceAll('-', '')}`,
    from,
    to: new Date((day + 1) * dayMs),
  }
}

function dayOf(name: string): number | null {
  const [, year, month, date] = /^reports_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? []
  const at = Date.parse(`${year}-${month}-${date}T00:00:00Z`)
  return Number.isNaN(at) ? null : at / dayMs
}
