const space = /[ \t\n\r]*/y
const scalar =
  /(?:"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y
const name = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y

/**
 * How many characters of a text that is not JSON can be read as the beginning of JSON, up to whole words. The engine's
 * own message often leaves the place out. Nesting must be bounded by the caller.
 */
export function readableLength(text: string): number {
  let at = 0

  function accept(pattern: RegExp): boolean {
    pattern.lastIndex = at
    const found = pattern.test(text)
    if (found) at = pattern.lastIndex
    return found
  }
  function acceptChar(char: string): boolean {
    accept(space)
    if (text[at] !== char) return false
    at++
    return true
  }
  function members(close: string, member: () => boolean): boolean {
    if (acceptChar(close)) return true
    do {
      if (!member()) return false
    } while (acceptChar(','))
    return acceptChar(close)
  }
  function property(): boolean {
    accept(space)
    return accept(name) && acceptChar(':') && value()
  }
  function value(): boolean {
    if (acceptChar('{')) return members('}', property)
    if (acceptChar('[')) return members(']', value)
    return accept(scalar)
  }

  if (value()) accept(space)
  return at
}
