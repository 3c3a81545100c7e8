import { useAddress } from './address.ts'

/** The spans one can choose from, in hours. */
export const ranges = { '1h': 1, '6h': 6, '24h': 24, '7d': 168, '30d': 720 } as const
export type Range = keyof typeof ranges
export const rangeNames = Object.keys(ranges) as Range[]
const usual: Range = '6h'

/** The time range of the address; it goes along from tab to tab. */
export function useTimeRange(): { range: Range; spanMs: number; choose: (range: Range) => void } {
  const [search, change] = useAddress()
  const range = rangeNames.find((name) => name === search['range']) ?? usual
  return {
    range,
    spanMs: ranges[range] * 3_600_000,
    // Charts that stand at two moments follow the present again.
    choose: (next) => change({ range: next === usual ? null : next, from: null, to: null }),
  }
}
