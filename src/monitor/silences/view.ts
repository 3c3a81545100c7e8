import type { Silence, TravellingSilence } from '../../contract/silences.ts'
import { isoOrNull } from '../../lib/time.ts'
import type { SilenceRow } from './silences.store.ts'
import { type Span, stateOfSpan, windowAt } from './window.ts'

/** When the silence of a row holds. */
export function spanOf(row: Pick<SilenceRow, 'startsAt' | 'endsAt' | 'recurrence'>): Span {
  return { startsAtMs: row.startsAt.getTime(), endsAtMs: row.endsAt?.getTime() ?? null, recurrence: row.recurrence }
}

/** A silence as the API shows it. */
export function silenceView(row: SilenceRow, nowMs: number): Silence {
  const span = spanOf(row)
  const window = windowAt(span, nowMs)
  return {
    id: row.id,
    kind: row.kind,
    scope: row.scope,
    matchers: row.matchers,
    starts_at: row.startsAt.toISOString(),
    ends_at: isoOrNull(row.endsAt),
    recurrence: row.recurrence,
    reason: row.reason,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    state: stateOfSpan(span, nowMs),
    window: window && {
      starts_at: new Date(window.startMs).toISOString(),
      ends_at: new Date(window.endMs).toISOString(),
    },
    inherited_from: row.inheritedFrom,
  }
}

/** A silence as a child is told, with the scope that it has there. */
export function travellingSilence(row: SilenceRow, scope: string | null, selfId: string): TravellingSilence {
  return {
    uid: row.uid,
    kind: row.kind,
    scope,
    matchers: row.matchers,
    starts_at: row.startsAt.toISOString(),
    ends_at: isoOrNull(row.endsAt),
    recurrence: row.recurrence,
    reason: row.reason,
    created_by: row.createdBy,
    created_at: row.createdAt.toISOString(),
    made_at: row.inheritedFrom ?? selfId,
  }
}
