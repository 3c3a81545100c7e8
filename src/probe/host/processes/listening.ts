import type { ListeningPort } from '../../../contract/operations/processes.ts'

const LISTEN = '0A'
/** UDP that is not bound to one other end. */
const UNCONNECTED = '07'

/** The sockets of `/proc/net/{tcp,tcp6,udp,udp6}` that wait for others, by inode. */
export function parseListening(text: string, protocol: 'tcp' | 'udp'): Map<string, ListeningPort> {
  const sockets = new Map<string, ListeningPort>()
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    const [, local = '', , state] = fields
    const inode = fields[9]
    if (state !== (protocol === 'tcp' ? LISTEN : UNCONNECTED) || inode === undefined || inode === '0') continue
    const [address = '', port = ''] = local.split(':')
    sockets.set(inode, { protocol, address: readableAddress(address), port: Number.parseInt(port, 16) })
  }
  return sockets
}

/** The kernel prints addresses as 32-bit words in the machine's own order, which is little endian wherever we run. */
function readableAddress(hex: string): string {
  const bytes = Buffer.concat((hex.match(/.{8}/g) ?? []).map((word) => Buffer.from(word, 'hex').toReversed()))
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16))
  const text = new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(text)
  return mapped ? bytes.subarray(12).join('.') : text
}

/** Each port once, TCP before UDP, by number. */
export function sortedPorts(ports: readonly ListeningPort[]): ListeningPort[] {
  const once = new Map(ports.map((port) => [`${port.protocol} ${port.address} ${port.port}`, port]))
  return [...once.values()].sort(
    (a, b) => a.protocol.localeCompare(b.protocol) || a.port - b.port || a.address.localeCompare(b.address),
  )
}
