/** Where a row stands in a list that has the newest first. */
export interface Place {
  /** ISO time. */
  at: string
  id: number
}

/** Newest first; of one moment, the higher number first: the order of the server's lists. */
export function comparePlaces(a: Place, b: Place): number {
  return Date.parse(b.at) - Date.parse(a.at) || b.id - a.id
}

/**
 * What is known after the newest page was read again. What stood among its rows and is not in it any more is gone; what is
 * older stays. When nothing in it was known, more came than a page holds: what is older is to be read again.
 */
export function mergeNewest<Row>(
  known: readonly Row[],
  page: { rows: readonly Row[]; total: number },
  placeOf: (row: Row) => Place,
): Row[] {
  const last = page.rows.at(-1)
  if (last === undefined || page.rows.length >= page.total) return [...page.rows]
  const ids = new Set(page.rows.map((row) => placeOf(row).id))
  if (known.length > 0 && !known.some((row) => ids.has(placeOf(row).id))) return [...page.rows]
  const end = placeOf(last)
  return [...page.rows, ...known.filter((row) => comparePlaces(placeOf(row), end) > 0)]
}

/** What is known after an older page was read: its rows that were not known, at the end. */
export function mergeOlder<Row>(known: readonly Row[], page: readonly Row[], placeOf: (row: Row) => Place): Row[] {
  const ids = new Set(known.map((row) => placeOf(row).id))
  return [...known, ...page.filter((row) => !ids.has(placeOf(row).id))]
}
