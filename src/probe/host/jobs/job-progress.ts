import type { JobLine } from '../../../contract/operations/jobs.ts'

/** What a job said, the newest lines of it. */
export interface JobProgress {
  /** Adds text; each of its lines counts. */
  say(text: string): void
  lines(): JobLine[]
  /** Kept lines with a higher `seq`. */
  after(seq: number): JobLine[]
  dropped(): number
}

/** Keeps at most `maxLines` lines of at most `maxLineChars` characters; the oldest go first. */
export function createJobProgress(options: {
  clock: () => number
  maxLines: number
  maxLineChars: number
}): JobProgress {
  const { clock, maxLines, maxLineChars } = options
  let lines: JobLine[] = []
  let lastSeq = 0
  let dropped = 0

  function add(line: string): void {
    lastSeq += 1
    lines.push({ seq: lastSeq, at: new Date(clock()).toISOString(), line: line.slice(0, maxLineChars) })
    // In lumps: moving the whole list for every line would cost more than the lines.
    if (lines.length < 2 * maxLines) return
    dropped += lines.length - maxLines
    lines = lines.slice(-maxLines)
  }

  return {
    say(text) {
      for (const line of text.split(/\r?\n|\r/)) if (line !== '') add(line)
    },
    lines: () => lines.slice(-maxLines),
    after: (seq) => lines.slice(-maxLines).filter((line) => line.seq > seq),
    dropped: () => dropped + Math.max(0, lines.length - maxLines),
  }
}
