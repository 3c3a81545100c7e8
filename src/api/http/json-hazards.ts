import { readableLength } from './json-position.ts'

/** Deeper than any document of the contract, and far from what would exhaust a stack or PostgreSQL. */
export const maxJsonDepth = 64

/** Why a JSON text must not be taken in, and where. */
export type JsonHazard =
  | { kind: 'malformed'; line: number; column: number }
  | { kind: 'too-deep' }
  /** A NUL character or half of a surrogate pair: text that PostgreSQL cannot store. */
  | { kind: 'unstorable'; path: string }

/** The first reason to refuse a JSON text; `null` for a sound one. A text that is merely malformed may pass: the parser says so. */
export function hazardOf(text: string): JsonHazard | null {
  if (deeperThan(text, maxJsonDepth)) return { kind: 'too-deep' }
  // Both can only come as escapes: raw ones are no JSON or no UTF-8.
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return null
  const value = parse(text)
  if (!value.ok) return value.hazard
  const path = unstorableIn(value.value, [])
  return path ? { kind: 'unstorable', path: path.join('.') } : null
}

/** Where a text stops being JSON; `null` when it is JSON. */
export function malformedAt(text: string): JsonHazard | null {
  const value = parse(text)
  return value.ok ? null : value.hazard
}

function parse(text: string): { ok: true; value: unknown } | { ok: false; hazard: JsonHazard } {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const before = text.slice(0, readableLength(text))
    const line = before.split('\n').length
    return { ok: false, hazard: { kind: 'malformed', line, column: before.length - before.lastIndexOf('\n') } }
  }
}

function deeperThan(text: string, limit: number): boolean {
  if (!opensMoreThan(text, limit)) return false
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at++
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{' || char === '[') {
      if (++depth > limit) return true
    } else if (char === '}' || char === ']') depth--
  }
  return false
}

/** Cheap: most bodies have few brackets, and then no walk over every character is needed. */
function opensMoreThan(text: string, limit: number): boolean {
  let found = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++found > limit) return true
    }
  }
  return false
}

function unstorableIn(value: unknown, path: string[]): string[] | null {
  if (typeof value === 'string') return isStorable(value) ? null : path
  if (typeof value !== 'object' || value === null) return null
  for (const [key, item] of Object.entries(value)) {
    if (!isStorable(key)) return path
    const found = unstorableIn(item, [...path, key])
    if (found) return found
  }
  return null
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
