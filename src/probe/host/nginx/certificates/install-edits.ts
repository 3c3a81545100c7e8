import type { Directive } from '../reading/directives.ts'
import type { Listen } from '../reading/listen.ts'
import type { ServerBlock } from '../reading/server-blocks.ts'
import type { TextEdit } from './text-edits.ts'

export interface InstalledPaths {
  certificate: string
  key: string
}

/**
 * What has to change in a server block so that it shows this certificate: its own `ssl_certificate` lines are replaced, in a
 * block without them they are added, and one that speaks no TLS yet listens on the HTTPS port beside each of its plain
 * addresses. Empty when all is so already.
 */
export function installEdits(
  block: ServerBlock,
  paths: InstalledPaths,
  ports: { http: number; https: number },
): TextEdit[] {
  const inside = block.directive.block ?? []
  const at = block.directive.bodyStart ?? block.directive.end
  const added: string[] = block.ssl ? [] : addedListens(block, inside, ports)
  const edits: TextEdit[] = []
  for (const [name, path] of [
    ['ssl_certificate', paths.certificate],
    ['ssl_certificate_key', paths.key],
  ] as const) {
    const own = inside.filter((directive) => directive.name === name)
    const [first, ...others] = own
    if (!first) added.push(`${name} ${path};`)
    else if (first.args[0] !== path) edits.push({ start: first.start, end: first.end, text: `${name} ${path};` })
    edits.push(...others.map(({ start, end }) => ({ start, end, text: '' })))
  }
  if (added.length > 0) edits.unshift({ start: at, end: at, text: added.map((line) => `\n    ${line}`).join('') })
  return edits
}

function addedListens(
  block: ServerBlock,
  inside: readonly Directive[],
  ports: { http: number; https: number },
): string[] {
  const written = inside.some(({ name }) => name === 'listen')
  const plain = block.listens.filter(({ port }) => port === ports.http)
  const safe = (plain.length > 0 ? plain.map((listen) => onPort(listen, ports.https)) : [String(ports.https)]).map(
    (address) => `listen ${address} ssl;`,
  )
  // A block without any listen has port 80 only as long as it names no other.
  return written ? safe : [`listen ${ports.http};`, ...safe]
}

/** The same address on another port. */
function onPort({ address }: Listen, port: number): string {
  if (/^\d+$/.test(address)) return String(port)
  const host = /^(\[[^\]]*\]|[^:\]]*)(?::\d+)?$/.exec(address)?.[1]
  return host === undefined || host === '' ? String(port) : `${host}:${port}`
}
