/**
 * How well a `server_name` fits a domain, in nginx's own order: 3 the name itself, 2 a wildcard in front, 1 one at the
 * end, 0 not at all. Regular expressions count as 0: only nginx can say what they match.
 */
export function nameFits(serverName: string, domain: string): 0 | 1 | 2 | 3 {
  const name = serverName.toLowerCase()
  if (name === domain) return 3
  if (name.startsWith('~') || name === '' || name === '_') return 0
  if (name.startsWith('.')) {
    if (name.slice(1) === domain) return 3
    return domain.endsWith(name) ? 2 : 0
  }
  if (name.startsWith('*.')) return domain.endsWith(name.slice(1)) && domain.length > name.length - 1 ? 2 : 0
  if (name.endsWith('.*')) return domain.startsWith(name.slice(0, -1)) ? 1 : 0
  return 0
}

/** The best fit of several names. */
export const bestFit = (serverNames: readonly string[], domain: string): number =>
  Math.max(0, ...serverNames.map((name) => nameFits(name, domain)))
