/**
 * What the charts show, in milliseconds: from one moment to another, and what is not said is the usual span before the end,
 * which is now. An end before its beginning says nothing.
 */
export function shownSpan(
  { from, to }: { from: string | undefined; to: string | undefined },
  { spanMs, nowMs }: { spanMs: number; nowMs: number },
): readonly [fromMs: number, toMs: number] {
  const end = momentOf(to) ?? nowMs
  const begin = momentOf(from) ?? end - spanMs
  return begin < end ? [begin, end] : [end - spanMs, end]
}

function momentOf(iso: string | undefined): number | null {
  const time = Date.parse(iso ?? '')
  return Number.isNaN(time) ? null : time
}
