import { BlockList, isIP } from 'node:net'

const maxHops = 32

/** Tells whether an address is one of the configured proxies, each a plain address or a range in CIDR form. */
export function trustedProxies(proxies: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const proxy of proxies) {
    const [address = '', prefix] = proxy.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The address a request came from. `X-Forwarded-For` is believed only as far as trusted proxies wrote it: the rightmost
 * address that is not one of them.
 */
export function clientIp(
  remote: string | undefined,
  forwardedFor: string | undefined,
  isTrusted: (address: string) => boolean,
): string {
  let client = plainAddress(remote ?? '') ?? 'unknown'
  if (!forwardedFor || client === 'unknown') return client
  const hops = forwardedFor.split(',').slice(-maxHops)
  while (isTrusted(client)) {
    const hop = plainAddress(hops.pop()?.trim() ?? '')
    if (hop === null) return client
    client = hop
  }
  return client
}

/** An address without port, brackets and the IPv4-in-IPv6 prefix; `null` for what is none. */
function plainAddress(text: string): string | null {
  if (isIP(text) === 4) return text
  const bare = text.replace(/^\[([^\]]+)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  const address = bare.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  return isIP(address) ? address : null
}
