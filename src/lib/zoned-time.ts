const formats = new Map<string, Intl.DateTimeFormat>()
/** More zones than there are. */
const maxFormats = 1_000

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  if (formats.size >= maxFormats) formats.clear()
  formats.set(timeZone, made)
  return made
}

/** What the clock of a time zone shows at a moment, as if it were UTC, in ms. Exact to the second. */
export function clockInZone(atMs: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * The moment at which the clock of a time zone shows `clockMs` (as `clockInZone` gives it). Of a time that it shows twice
 * the first; of one that it skips the moment as far after the leap as the time is after its beginning (02:30 becomes 03:30).
 */
export function momentInZone(clockMs: number, timeZone: string): number {
  const offset = (atMs: number) => clockInZone(atMs, timeZone) - Math.floor(atMs / 1000) * 1000
  const dayMs = 86_400_000
  // No zone changes twice within two days: these are the offsets before and after a change, if there is one.
  const before = offset(clockMs - dayMs)
  const after = offset(clockMs + dayMs)
  const candidates = [clockMs - before, clockMs - after].filter((atMs) => clockInZone(atMs, timeZone) === clockMs)
  return candidates.length > 0 ? Math.min(...candidates) : clockMs - before
}
