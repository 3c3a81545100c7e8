import { BlockList, isIP } from 'node:net'
import { DeliveryError } from './delivery-error.ts'

export interface Address {
  address: string
  family: 4 | 6
}

/** What a name stands for, as `dns.promises.lookup` with `all` answers. */
export type Lookup = (host: string) => Promise<ReadonlyArray<{ address: string; family: number }>>

export interface AddressGuard {
  /**
   * The one address to connect to, asked once: whoever answers for the name cannot change it afterwards. Throws a
   * DeliveryError when the name is unknown or leads nowhere that is allowed.
   */
  resolve(host: string): Promise<Address>
}

const notPublic4 = blockList('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // The address of an Azure host that answers for the machine; public by its number alone.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
])
/** Of IPv6 only this much is given out to the public … */
const public6 = blockList('ipv6', [['2000::', 3]])
/** … less what in it is for documentation, tunnels or protocols: a tunnel would lead to any IPv4 address. */
const notPublic6 = blockList('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
])
const mapped6 = blockList('ipv6', [['::ffff:0:0', 96]])

/** Whether an address is one of the public internet. IPv4 inside IPv6 counts as the IPv4 address that it is. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublic4.check(address, 'ipv4')
    case 6:
      if (address.includes('%')) return false
      if (mapped6.check(address, 'ipv6')) return !notPublic4.check(address, 'ipv6')
      return public6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6')
    default:
      return false
  }
}

/** Lets connections go to public addresses, and to those inside that the config names: addresses, networks, host names. */
export function createAddressGuard(parts: { allowed: readonly string[]; lookup: Lookup }): AddressGuard {
  const { allowed, lookup } = parts
  const allowedNames = new Set<string>()
  const allowedAddresses = new BlockList()
  for (const entry of allowed) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address)
    if (family === 0) allowedNames.add(entry.toLowerCase())
    else
      allowedAddresses.addSubnet(address, Number(prefix ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6')
  }
  const isAllowed = ({ address, family }: Address) =>
    isPublicAddress(address) || allowedAddresses.check(address, family === 4 ? 'ipv4' : 'ipv6')

  async function addressesOf(host: string): Promise<Address[]> {
    const family = isIP(host)
    if (family !== 0) return [{ address: host, family: family === 4 ? 4 : 6 }]
    try {
      return (await lookup(host)).map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      throw new DeliveryError('dns_failed', `the name ${host} could not be resolved (${code})`, { retry: true })
    }
  }

  return {
    async resolve(host) {
      const name = host
        .replace(/^\[(.*)\]$/, '$1')
        .replace(/\.$/, '')
        .toLowerCase()
      const found = await addressesOf(name)
      const usable = allowedNames.has(name) ? found[0] : found.find(isAllowed)
      if (usable) return usable
      throw new DeliveryError(
        'address_refused',
        `${name} is not a public address: list it in notifications.allowed_addresses if it is yours`,
        { retry: false },
      )
    },
  }
}

function blockList(family: 'ipv4' | 'ipv6', subnets: ReadonlyArray<[string, number]>): BlockList {
  const list = new BlockList()
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, family)
  return list
}
