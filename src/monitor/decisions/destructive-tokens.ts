/** A stretch of words between two shell operators. */
export interface Segment {
  /** The operator characters in front of the words and behind them, '' at the ends of the line. */
  before: string
  after: string
  words: string[]
}

/** Cuts a command line at `; | & < > ( ) { }`, backticks and line ends; blanks and commas part words. */
export function segments(line: string): Segment[] {
  const result: Segment[] = []
  let before = ''
  for (const part of line.split(/([;|&<>(){}`\n\r](?:[;|&<>(){}`\n\r]|\s)*)/)) {
    if (/^[;|&<>(){}`\n\r]/.test(part)) {
      const last = result.at(-1)
      if (last) last.after = part
      before = part
      continue
    }
    const words = part.split(/[\s,]+/).filter((word) => word !== '')
    if (words.length > 0) result.push({ before, after: '', words })
  }
  return result
}

/** The names under which a word may call a program: `/bin/rm`, `x=rm`, `then:rm` and `rm!` are all `rm`. */
export function callNames(word: string): string[] {
  const bare = word.replace(/^[^a-z0-9/]+|[^a-z0-9]+$/g, '')
  const mark = Math.max(bare.lastIndexOf('='), bare.lastIndexOf(':'))
  const names = mark < 0 ? [baseName(bare)] : [baseName(bare), baseName(bare.slice(mark + 1))]
  return names.filter((name) => name !== '')
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** `-R`, `-fR`, `-vr`: a short flag in any cluster. Letters are lower case by now. */
export function hasShort(args: readonly string[], letters: string): boolean {
  return args.some((arg) => /^-[a-z0-9]/.test(arg) && letters.split('').some((letter) => arg.includes(letter, 1)))
}

/** `--recursive`, also shortened as GNU allows, with or without a value. */
export function hasLong(args: readonly string[], name: string): boolean {
  return args.some((arg) => arg.startsWith('--') && arg.length > 2 && name.startsWith(arg.slice(2).split('=')[0] ?? ''))
}
