/** A line as the engine kept it. `at` is its own time stamp, null where there was none. */
export interface LogLine {
  /** Counts from 1 over everything that came, also what is no longer kept. */
  seq: number
  at: string | null
  text: string
}

const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/
/** Colours and cursor movements of a terminal: they are no text. */
const escapes = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-_])/g
const maxLineChars = 20_000

/**
 * Gathers the pieces in which logs arrive into lines, and keeps the newest. After a break the logs are asked for from the
 * last time stamp on; `resume` makes the lines that come twice count once.
 */
export function createLogBuffer({ maxLines }: { maxLines: number }) {
  let lines: LogLine[] = []
  let rest = ''
  let seq = 0
  let lastAt: string | null = null
  let skipUntil: string | null = null

  function take(raw: string): void {
    const found = stamp.exec(raw)
    const at = found?.[1] ?? null
    // Equal stamps were seen: engines count nanoseconds.
    if (skipUntil !== null && at !== null && at <= skipUntil) return
    if (at !== null) lastAt = at
    const text = raw
      .slice(found?.[0].length ?? 0)
      .replaceAll(escapes, '')
      .replace(/\r$/, '')
    seq += 1
    lines.push({ seq, at, text: text.slice(0, maxLineChars) })
  }

  return {
    /** The kept lines; another array after every change. */
    lines: (): readonly LogLine[] => lines,
    /** How many came so far. */
    count: () => seq,
    add(piece: string): void {
      const parts = (rest + piece).split('\n')
      rest = (parts.pop() ?? '').slice(-10 * maxLineChars)
      lines = [...lines]
      for (const part of parts) take(part)
      if (lines.length > maxLines) lines = lines.slice(-maxLines)
    },
    /** Nothing more comes: what has no end of line yet is a line. */
    end(): void {
      if (rest !== '') this.add('\n')
    },
    /** Since when to ask again after a break; null: nothing came yet. */
    resume(): string | null {
      rest = ''
      skipUntil = lastAt
      return lastAt
    },
  }
}
