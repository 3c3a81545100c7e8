const dayMs = 86_400_000
const daysAhead = 3

/** The tables that are kept in one partition for each day, by the column that says when. */
export const dailyTables = { reports: 'reported_at', report_minutes: 'at', report_hours: 'at' } as const
export type DailyTable = keyof typeof dailyTables
export const dailyTableNames = Object.keys(dailyTables) as DailyTable[]

/** One day of a table, from `from` (included) to `to` (not included), in UTC. */
export interface Partition {
  table: DailyTable
  name: string
  from: Date
  to: Date
}

/** The partitions of a table that must exist: from yesterday, for what is late, to some days ahead, so that a day off does no harm. */
export function neededPartitions(table: DailyTable, nowMs: number): Partition[] {
  const today = Math.floor(nowMs / dayMs)
  return Array.from({ length: daysAhead + 2 }, (_, at) => partitionOf(table, today - 1 + at))
}

/** Before this moment everything is forgotten. */
export function forgetBefore(nowMs: number, retentionDays: number): Date {
  return new Date(nowMs - retentionDays * dayMs)
}

/** The beginning of the day, in UTC, that a moment is in: partitions begin there. */
export function beginningOfDay(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / dayMs) * dayMs)
}

/** Those of a table's partitions that hold nothing younger than `before`. Tables that are no day's are never among them. */
export function expiredPartitions(table: DailyTable, names: readonly string[], before: Date): string[] {
  return names.filter((name) => {
    const day = dayOf(table, name)
    return day !== null && (day + 1) * dayMs <= before.getTime()
  })
}

function partitionOf(table: DailyTable, day: number): Partition {
  const from = new Date(day * dayMs)
  return {
    table,
    name: `${table}_${from.toISOString().slice(0, 10).replaceAll('-', '')}`,
    from,
    to: new Date((day + 1) * dayMs),
  }
}

function dayOf(table: DailyTable, name: string): number | null {
  if (!name.startsWith(`${table}_`)) return null
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})$/.exec(name.slice(table.length + 1)) ?? []
  const at = Date.parse(`${year}-${month}-${date}T00:00:00Z`)
  return Number.isNaN(at) ? null : at / dayMs
}
