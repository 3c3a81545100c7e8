import type { Recurrence, SilenceState } from '../../contract/silences.ts'
import { clockInZone, momentInZone } from '../../lib/zoned-time.ts'

/** A span of time, from its first moment to the first one that is no longer in it. */
export interface Window {
  startMs: number
  endMs: number
}

/** When a silence holds: between two moments, or in the windows between them that come back every week. */
export interface Span {
  startsAtMs: number
  /** Null: for ever. */
  endsAtMs: number | null
  recurrence: Recurrence | null
}

const dayMs = 86_400_000
const minuteMs = 60_000

/** The window that is open at `nowMs`, else the next one; null when none comes any more. */
export function windowAt(span: Span, nowMs: number): Window | null {
  const last = span.endsAtMs ?? Infinity
  if (nowMs >= last) return null
  if (!span.recurrence) return { startMs: span.startsAtMs, endMs: last }
  for (const window of windowsAround(span.recurrence, Math.max(nowMs, span.startsAtMs))) {
    const cut = { startMs: Math.max(window.startMs, span.startsAtMs), endMs: Math.min(window.endMs, last) }
    if (cut.endMs > nowMs && cut.startMs < cut.endMs) return cut
  }
  return null
}

/** Whether a silence holds at `nowMs`, does not yet or not just now, or has come to its end. */
export function stateOfSpan(span: Span, nowMs: number): SilenceState {
  if (span.endsAtMs !== null && nowMs >= span.endsAtMs) return 'expired'
  const window = windowAt(span, nowMs)
  return window && window.startMs <= nowMs ? 'active' : 'pending'
}

/** The windows that can be open at a moment, and those of the week after, in order. */
function* windowsAround(recurrence: Recurrence, atMs: number): Generator<Window> {
  const { duration_minutes, time, time_zone, weekdays } = recurrence
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  const today = Math.floor(clockInZone(atMs, time_zone) / dayMs)
  const daysBack = Math.ceil((duration_minutes * minuteMs) / dayMs) + 1
  for (let day = today - daysBack; day <= today + 8; day++) {
    if (!weekdays.includes(weekdayOf(day))) continue
    const startMs = momentInZone(day * dayMs + (hours * 60 + minutes) * minuteMs, time_zone)
    yield { startMs, endMs: startMs + duration_minutes * minuteMs }
  }
}

/** 1 is Monday; day 0 was a Thursday. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}
