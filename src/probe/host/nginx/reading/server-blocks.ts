import type { Directive } from './directives.ts'
import { type Listen, parseListen } from './listen.ts'

/** A certificate or its key, as named in the configuration. */
export interface Named {
  value: string
  /** In the server block itself, not inherited from `http`. */
  own: boolean
}

/** One `server { }` and what can be told from it. */
export interface ServerBlock<D extends Directive = Directive> {
  directive: D
  serverNames: string[]
  listens: Listen[]
  ssl: boolean
  certificates: Named[]
  certificateKeys: Named[]
}

interface Inherited {
  certificates: Named[]
  certificateKeys: Named[]
}

const PLAIN: Listen = { address: '80', port: 80, ssl: false, defaultServer: false }

/** Every server block of a piece of configuration, those of `stream` and `mail` left out; in order. */
export function serverBlocks<D extends Directive & { block: D[] | null }>(
  directives: readonly D[],
  from: Inherited = nothing,
): ServerBlock<D>[] {
  const inherited: Inherited = {
    certificates: orInherited(directives, 'ssl_certificate', from.certificates),
    certificateKeys: orInherited(directives, 'ssl_certificate_key', from.certificateKeys),
  }
  return directives.flatMap((directive) => {
    if (!directive.block) return []
    if (directive.name === 'server') return [describe(directive, directive.block, inherited)]
    return directive.name === 'http' ? serverBlocks(directive.block, inherited) : []
  })
}

const nothing: Inherited = { certificates: [], certificateKeys: [] }

function orInherited(directives: readonly Directive[], name: string, from: Named[]): Named[] {
  const own = values(directives, name).map((value) => ({ value, own: true }))
  return own.length > 0 ? own : from.map(({ value }) => ({ value, own: false }))
}

const values = (directives: readonly Directive[], name: string): string[] =>
  directives.filter((directive) => directive.name === name).flatMap(({ args }) => args.slice(0, 1))

function describe<D extends Directive>(directive: D, block: readonly D[], inherited: Inherited): ServerBlock<D> {
  const listens = block
    .filter(({ name }) => name === 'listen')
    .map(({ args }) => parseListen(args))
    .filter((listen) => listen !== null)
  const names = block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args)
  const sslOn = block.some(({ name, args }) => name === 'ssl' && args[0] === 'on')
  return {
    directive,
    serverNames: [...new Set(names)],
    listens: listens.length > 0 ? listens : [PLAIN],
    ssl: sslOn || listens.some(({ ssl }) => ssl),
    certificates: orInherited(block, 'ssl_certificate', inherited.certificates),
    certificateKeys: orInherited(block, 'ssl_certificate_key', inherited.certificateKeys),
  }
}
