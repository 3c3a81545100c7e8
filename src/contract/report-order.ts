/** Where a report stands among those that one run of its node has made: of a later one the number is higher, whatever the clock says. */
export interface ReportOrder {
  series: string
  number: number
}

const shape = /^([0-9a-f]{8})-(\d{1,15})$/

/** The order as `metadata.report_order` carries it; `series` is 8 hexadecimal digits. */
export function writeOrder({ series, number }: ReportOrder): string {
  return `${series}-${number}`
}

/** The order that a report's metadata gives; null where it gives none, or something of the sender's own under that name. */
export function readOrder(given: unknown): ReportOrder | null {
  const parts = typeof given === 'string' ? shape.exec(given) : null
  return parts?.[1] === undefined ? null : { series: parts[1], number: Number(parts[2]) }
}

/** Whether the one was certainly made before the other; of two runs of a node nobody knows. */
export function isMadeBefore(one: ReportOrder | null, other: ReportOrder | null): boolean {
  return one !== null && other !== null && one.series === other.series && one.number < other.number
}
