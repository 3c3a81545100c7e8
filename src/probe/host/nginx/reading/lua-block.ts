/**
 * Where the text of a `…_by_lua_block {` ends: the place of the brace that closes it, or the end of the text. Braces in
 * Lua's strings, long brackets and comments do not count.
 */
export function endOfLua(text: string, start: number): number {
  let depth = 1
  let at = start
  while (at < text.length) {
    const char = text[at]
    if (text.startsWith('--', at)) {
      const long = endOfLongBracket(text, at + 2)
      at = long ?? endOfLine(text, at)
      continue
    }
    if (char === '"' || char === "'") {
      at = endOfString(text, at)
      continue
    }
    const long = char === '[' ? endOfLongBracket(text, at) : null
    if (long !== null) {
      at = long
      continue
    }
    if (char === '{') depth += 1
    if (char === '}') depth -= 1
    if (depth === 0) return at
    at += 1
  }
  return text.length
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

function endOfString(text: string, start: number): number {
  const quote = text[start]
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === quote || text[at] === '\n') return at + 1
  }
  return text.length
}

/** `[[ … ]]`, `[==[ … ]==]`; null when none begins here. */
function endOfLongBracket(text: string, start: number): number | null {
  const open = /^\[(=*)\[/.exec(text.slice(start, start + 64))
  if (!open) return null
  const close = text.indexOf(`]${open[1] ?? ''}]`, start + open[0].length)
  return close < 0 ? text.length : close + open[0].length
}
