const named = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})-(\d{3})Z-.*\.cast$/

/** Name of the recording of a session that begins now; sorts by time. */
export function recordingName(nowMs: number, session: string): string {
  return `${new Date(nowMs).toISOString().replace(/[:.]/g, '-')}-${session}.cast`
}

/** Which recordings have to go: those older than `keepMs`, and the oldest beyond `maxFiles`. Other files never. */
export function oldRecordings(
  names: readonly string[],
  { nowMs, keepMs, maxFiles }: { nowMs: number; keepMs: number; maxFiles: number },
): string[] {
  const dated = names
    .flatMap((name) => {
      const [, day, hours, minutes, seconds, ms] = named.exec(name) ?? []
      const atMs = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${ms}Z`)
      return Number.isNaN(atMs) ? [] : [{ name, atMs }]
    })
    .toSorted((a, b) => a.atMs - b.atMs)
  const spare = Math.max(0, dated.length - maxFiles)
  return dated.filter(({ atMs }, index) => index < spare || nowMs - atMs > keepMs).map(({ name }) => name)
}
