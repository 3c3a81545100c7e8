/** Everything that could move the cursor, colour, hide or reorder text on a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu
/** Characters that take two columns. */
const WIDE =
  /[\u{1100}-\u{115F}\u{2E80}-\u{A4CF}\u{AC00}-\u{D7A3}\u{F900}-\u{FAFF}\u{FE30}-\u{FE6F}\u{FF00}-\u{FF60}\u{FFE0}-\u{FFE6}\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/gu
const NO_COLUMN = /\p{M}/gu

/** A text that a node or a person wrote, as one line that is safe on a terminal; at most `maxChars` of it. */
export function printable(text: string, maxChars = 200): string {
  const chars = Array.from(text.slice(0, maxChars * 2 + 2))
  const kept = chars.length > maxChars ? [...chars.slice(0, maxChars - 1), '…'] : chars
  return kept.join('').replace(UNPRINTABLE, (char) => (/\s/.test(char) ? ' ' : '\u{FFFD}'))
}

/** How many columns of a terminal a printable text takes. */
export function columnsOf(text: string): number {
  const marks = text.match(NO_COLUMN)?.length ?? 0
  return Array.from(text).length - marks + (text.match(WIDE)?.length ?? 0)
}
