import { type QueryKey, useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { comparePlaces, mergeNewest, mergeOlder, type Place } from './endless-rows.ts'

export const pageRows = 100

export interface Page<Row> {
  rows: readonly Row[]
  total: number
}
interface Known<Row> {
  key: string
  rows: readonly Row[]
  /** The newest row that is shown: what came later waits. Undefined until the first page is there. */
  top: Place | null | undefined
}

/**
 * A list of any length, newest first: its newest page stays up to date by its key (`queryKeys`), older ones are read when
 * they are scrolled to. Rows that come while one reads are counted, and shown by `showNew`.
 */
export function useEndless<Row>(list: {
  queryKey: QueryKey
  read: (offset: number, signal?: AbortSignal) => Promise<Page<Row>>
  /** Stays the same function. */
  placeOf: (row: Row) => Place
  /** Of what no event tells. */
  everyMs?: number
}) {
  const { queryKey, read, placeOf, everyMs } = list
  const key = JSON.stringify(queryKey)
  const newest = useQuery({ queryKey, queryFn: ({ signal }) => read(0, signal), refetchInterval: everyMs ?? false })
  const [state, setState] = useState<Known<Row>>({ key, rows: [], top: undefined })
  const [older, setOlder] = useState<{ key: string; busy: boolean; error: unknown }>({ key, busy: false, error: null })
  const known = state.key === key ? state : { key, rows: [], top: undefined }

  useEffect(() => {
    const page = newest.data
    if (!page) return
    setState((before) => {
      const same = before.key === key
      const rows = mergeNewest(same ? before.rows : [], page, placeOf)
      const first = rows[0]
      const top = same && before.top ? before.top : first ? placeOf(first) : null
      return { key, rows, top }
    })
  }, [newest.data, key, placeOf])

  const total = newest.data?.total ?? known.rows.length
  const hasMore = known.rows.length > 0 && known.rows.length < total
  const isReading = older.key === key && older.busy

  async function readOlder() {
    if (!hasMore || isReading) return
    setOlder({ key, busy: true, error: null })
    try {
      const page = await read(known.rows.length)
      setState((before) =>
        before.key === key ? { ...before, rows: mergeOlder(before.rows, page.rows, placeOf) } : before,
      )
      setOlder({ key, busy: false, error: null })
    } catch (error) {
      setOlder({ key, busy: false, error })
    }
  }

  const showNew = useCallback(
    () =>
      setState((before) => {
        const first = before.rows[0]
        return { ...before, top: first ? placeOf(first) : null }
      }),
    [placeOf],
  )

  const { top } = known
  const shown = top ? known.rows.filter((row) => comparePlaces(placeOf(row), top) >= 0) : known.rows
  return {
    rows: shown,
    total,
    newCount: known.rows.length - shown.length,
    showNew,
    /** Reads the newest page again and shows what came: after something that one did oneself. */
    async refresh() {
      setState((before) => ({ ...before, top: null }))
      await newest.refetch()
    },
    /** Reads the next older page; does nothing when there is none or one is on its way. */
    readOlder: () => void readOlder(),
    isReading,
    /** Why the older page could not be read; it is tried again by `readOlder`. */
    olderError: older.key === key ? older.error : null,
    loaded: { data: known.top === undefined ? undefined : shown, error: newest.error, refetch: newest.refetch },
  }
}
