/** Everything that could move the cursor, colour, hide or reorder text on a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu

/** A text that a node or a person wrote, as one line that is safe on a terminal; at most `maxChars` of it. */
export function printable(text: string, maxChars = 200): string {
  const line = text.slice(0, maxChars * 4).replace(UNPRINTABLE, (char) => (/\s/.test(char) ? ' ' : '\u{FFFD}'))
  const chars = [...line]
  return chars.length > maxChars ? `${chars.slice(0, maxChars - 1).join('')}…` : line
}
