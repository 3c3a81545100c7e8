/** A piece of a text and what takes its place. */
export interface TextEdit {
  start: number
  end: number
  text: string
}

/** Makes edits that do not overlap; those at the same place in the order given. */
export function withEdits(text: string, edits: readonly TextEdit[]): string {
  let result = ''
  let copied = 0
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(copied, edit.start) + edit.text
    copied = edit.end
  }
  return result + text.slice(copied)
}
