import type { ServerBlock } from '../reading/server-blocks.ts'
import type { Directive } from '../reading/directives.ts'
import { bestFit, nameFits } from '../reading/server-name.ts'

/** What the authority asks for over HTTP, and what must be answered. */
export interface HttpAnswer {
  token: string
  keyAuthorization: string
}

const BEGIN = '# cortex-acme begin: put in by Cortex for a certificate, removed by itself'
const END = '# cortex-acme end'
const MARKED = new RegExp(`\\n[ \\t]*${BEGIN}\\n[\\s\\S]*?${END}\n`, 'g')
const SAFE = /^[A-Za-z0-9_.-]{1,512}$/

/**
 * What stands at the head of a server block during a challenge. An `if` with `return` and not a location: it comes before
 * a `return 301 https://…` of the server itself, before authentication and before every location.
 */
export function challengeSnippet(answers: readonly HttpAnswer[]): string {
  const lines = answers.map(({ token, keyAuthorization }) => {
    if (!SAFE.test(token) || !SAFE.test(keyAuthorization)) throw new TypeError('a challenge with unexpected characters')
    return `    if ($uri = "/.well-known/acme-challenge/${token}") { return 200 "${keyAuthorization}"; }`
  })
  // The line ends with it: what follows must not become part of the comment.
  return ['', `    ${BEGIN}`, ...lines, `    ${END}`, ''].join('\n')
}

/** The text as it was before a snippet was put in, to the byte. */
export const withoutSnippets = (text: string): string => text.replace(MARKED, '')
export const hasSnippet = (text: string): boolean => text.includes(BEGIN)

/**
 * The server blocks that nginx may choose for a request to `http://domain`: those of that name on the port, else the
 * default one of each address. Empty when nothing listens there.
 */
export function blocksAnswering<D extends Directive>(
  blocks: readonly ServerBlock<D>[],
  domain: string,
  httpPort: number,
): ServerBlock<D>[] {
  const plain = blocks.filter(({ listens }) => listens.some(({ port, ssl }) => port === httpPort && !ssl))
  const named = plain.filter(({ serverNames }) => bestFit(serverNames, domain) > 0)
  if (named.length > 0) return named
  const defaults = plain.filter(({ listens }) =>
    listens.some(({ port, defaultServer }) => port === httpPort && defaultServer),
  )
  return defaults.length > 0 ? defaults : plain.slice(0, 1)
}

/** The server blocks that are the domain's own: it stands among their names. */
export const blocksOf = <D extends Directive>(blocks: readonly ServerBlock<D>[], domain: string): ServerBlock<D>[] =>
  blocks.filter(({ serverNames }) => serverNames.some((name) => nameFits(name, domain) === 3))
