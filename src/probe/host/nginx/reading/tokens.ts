import { endOfLua } from './lua-block.ts'

/** A word, or one of the three signs of the language, with its place in the text. */
export interface Token {
  kind: 'word' | '{' | '}' | ';'
  /** A word without its quotes and escapes. */
  text: string
  start: number
  end: number
  line: number
}

const SPACE = /[ \t\r\n]/
const ESCAPED: Record<string, string> = { '"': '"', "'": "'", '\\': '\\', t: '\t', r: '\r', n: '\n' }

/**
 * Reads nginx's configuration language as nginx does: comments only between words, quotes only around whole words, `}` and
 * `#` inside a word belong to it, `${name}` too. The body of a Lua block is left out. Never throws; bounded by its input.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  let line = 1
  const countLines = (from: number, to: number): void => {
    for (let next = text.indexOf('\n', from); next >= 0 && next < to; next = text.indexOf('\n', next + 1)) line += 1
  }
  while (at < text.length) {
    const char = text[at] ?? ''
    if (SPACE.test(char)) {
      if (char === '\n') line += 1
      at += 1
    } else if (char === '#') {
      const end = text.indexOf('\n', at)
      at = end < 0 ? text.length : end
    } else if (char === '{' || char === '}' || char === ';') {
      tokens.push({ kind: char, text: char, start: at, end: at + 1, line })
      at += 1
      if (char === '{' && opensLua(tokens)) {
        const end = endOfLua(text, at)
        countLines(at, end)
        at = end
      }
    } else {
      const end = char === '"' || char === "'" ? endOfQuoted(text, at) : endOfPlain(text, at)
      const quoted = char === '"' || char === "'"
      const raw = quoted
        ? text.slice(at + 1, text[end - 1] === char && end > at + 1 ? end - 1 : end)
        : text.slice(at, end)
      tokens.push({ kind: 'word', text: unescaped(raw), start: at, end, line })
      countLines(at, end)
      at = end
    }
  }
  return tokens
}

const opensLua = (tokens: Token[]): boolean => {
  // `content_by_lua_block {`, and `set_by_lua_block $name {` with a word between.
  const before = tokens.slice(-3, -1)
  return before.some((token) => token.kind === 'word' && token.text.endsWith('_by_lua_block'))
}

function endOfQuoted(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === text[start]) return at + 1
  }
  return text.length
}

function endOfPlain(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (char === '\\') at += 1
    else if (char === '$' && text[at + 1] === '{') at += 1
    else if (SPACE.test(char) || char === ';' || char === '{') return at
  }
  return text.length
}

const unescaped = (raw: string): string =>
  raw.includes('\\') ? raw.replace(/\\(["'\\trn])/g, (_, char: string) => ESCAPED[char] ?? char) : raw
