import { type Token, tokenize } from './tokens.ts'

/** One directive, with the places that an edit needs. */
export interface Directive {
  name: string
  args: string[]
  /** Null for a directive that ends with `;`. */
  block: Directive[] | null
  line: number
  /** From its first character to after its `;` or its `}`. */
  start: number
  end: number
  /** Just after its `{`, when it has a block. */
  bodyStart: number | null
}

export interface ParsedConfig {
  directives: Directive[]
  /** What was wrong with the text, as far as a reader of the outline can tell; nginx itself knows better. */
  problem: { line: number; text: string } | null
}

const MAX_DEPTH = 32

/** The outline of a configuration text. Whatever can be read is there, also when the text is broken. */
export function parseConfig(text: string): ParsedConfig {
  const tokens = tokenize(text)
  let at = 0
  let problem: ParsedConfig['problem'] = null
  const complain = (token: Token | undefined, why: string): void => {
    problem ??= { line: token?.line ?? tokens.at(-1)?.line ?? 1, text: why }
  }

  function readBlock(depth: number): Directive[] {
    const directives: Directive[] = []
    let words: Token[] = []
    for (let token = tokens[at]; token; token = tokens[at]) {
      at += 1
      if (token.kind === 'word') {
        words.push(token)
        continue
      }
      if (token.kind === '}') {
        if (words.length > 0) complain(token, 'unexpected "}"')
        if (depth > 0) return directives
        complain(token, 'unexpected "}"')
        words = []
        continue
      }
      const [first, ...rest] = words
      words = []
      if (!first) {
        complain(token, `unexpected "${token.kind}"`)
        if (token.kind === '{' && depth < MAX_DEPTH) readBlock(depth + 1)
        continue
      }
      const directive: Directive = {
        name: first.text,
        args: rest.map((word) => word.text),
        block: null,
        line: first.line,
        start: first.start,
        end: token.end,
        bodyStart: null,
      }
      if (token.kind === '{') {
        if (depth >= MAX_DEPTH) complain(token, 'blocks are nested too deeply')
        else directive.block = readBlock(depth + 1)
        directive.bodyStart = token.end
        directive.end = tokens[at - 1]?.end ?? token.end
      }
      directives.push(directive)
    }
    if (words.length > 0 || depth > 0) complain(undefined, 'unexpected end of file')
    return directives
  }

  return { directives: readBlock(0), problem }
}

/** All directives of that name, at any depth, in the order of the text. */
export function allNamed(directives: readonly Directive[], name: string): Directive[] {
  return directives.flatMap((directive) => [
    ...(directive.name === name ? [directive] : []),
    ...(directive.block ? allNamed(directive.block, name) : []),
  ])
}
