import { useSyncExternalStore } from 'react'
import { useLanguage } from '../i18n/language.tsx'
import { formatAge, formatClock, formatTime, noFigure } from '../lib/format.ts'

const tickMs = 1_000
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let nowMs = Date.now()

/** One clock for all ages on the page; it stands still while nobody looks. */
function subscribe(listener: () => void) {
  listeners.add(listener)
  timer ??= setInterval(() => {
    if (document.hidden) return
    nowMs = Date.now()
    for (const each of listeners) each()
  }, tickMs)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** How long until a moment, falling by itself; `over` when it has passed. The exact time on hover. */
export function TimeLeft({ until, over }: { until: string; over: string }) {
  const { language } = useLanguage()
  const text = useSyncExternalStore(subscribe, () => {
    const leftS = (Date.parse(until) - nowMs) / 1000
    return leftS > 0 ? formatClock(leftS) : over
  })
  return (
    <time dateTime={until} title={formatTime(until, language)} className="whitespace-nowrap">
      {text}
    </time>
  )
}

/** How long ago something was, growing by itself; the exact time on hover. */
export function Age({ at }: { at: string | null | undefined }) {
  const { language } = useLanguage()
  // The text, not the moment, is compared: an age of hours draws once an hour.
  const text = useSyncExternalStore(subscribe, () => (at ? formatAge(at, Math.max(nowMs, 0), language) : noFigure))
  if (!at) return <span className="text-soft">{noFigure}</span>
  return (
    <time dateTime={at} title={formatTime(at, language)} className="whitespace-nowrap">
      {text}
    </time>
  )
}
