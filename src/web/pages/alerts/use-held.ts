import { useMemo, useState } from 'react'
import type { Alert } from '../../../contract/alerts.ts'

/**
 * While somebody reads, alerts that came since then wait: `shown` has those that were there, `waiting` says how many more
 * there are. What changes about those in sight is shown at once.
 */
export function useHeld(
  alerts: readonly Alert[],
  /** False too while what is in sight belongs to another filter. */
  isReading: boolean,
) {
  const newest = useMemo(() => alerts.reduce((most, { alert_id }) => Math.max(most, alert_id), 0), [alerts])
  const [heldAt, setHeldAt] = useState<number | null>(null)
  if (isReading && heldAt === null && newest > 0) setHeldAt(newest)
  if (!isReading && heldAt !== null) setHeldAt(null)
  const shown = useMemo(
    () => (heldAt === null ? alerts : alerts.filter(({ alert_id }) => alert_id <= heldAt)),
    [alerts, heldAt],
  )
  return { shown, waiting: alerts.length - shown.length, release: () => setHeldAt(newest) }
}
